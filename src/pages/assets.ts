/**
 * The stylesheet, the icon and the scripts, with the addresses under which they are served.
 *
 * Their names carry a hash of their content, so they may be cached for ever. In a build, `style.css` and the scripts must
 * lie beside this module.
 */
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import type { Brand } from './brand.ts';
import { color, mostReadable } from './color.ts';
import { type Path, path } from './href.ts';
import { keyringIcon } from './mark.ts';

/** Each is the script of the pages that say so, and lies beside this module as a file of that name. */
const scriptNames = ['waiting', 'signing-out', 'lti-storage', 'submit', 'lti-close'] as const;
export type ScriptName = (typeof scriptNames)[number];

/** The addresses that a page needs. */
export interface AssetPaths {
  readonly stylesheetPath: Path;
  readonly iconPath: Path;
  readonly scriptPaths: { readonly [name in ScriptName]: Path };
}

export interface AssetFile {
  readonly contentType: string;
  readonly content: string;
}

export interface Assets extends AssetPaths {
  readonly css: string;
  /** All that is served, by its address. */
  readonly files: ReadonlyMap<string, AssetFile>;
}

/** Reads stylesheet and scripts from disk and writes the brand's colours into it: call once. @throws Error when a file is missing. */
export function loadAssets(brand: Brand): Assets {
  // Comments are for who writes it; every phone would load them.
  const css = read('style.css').replaceAll(/\/\*.*?\*\/\n*/gs, '') + accentRules(brand);
  const files = new Map<string, AssetFile>();
  const serve = (name: string, ending: string, contentType: string, content: string): Path => {
    const address = path(`/assets/${name}.${contentHash(content)}.${ending}`);
    files.set(address, { contentType, content });
    return address;
  };
  const script = (name: ScriptName) => serve(name, 'js', 'text/javascript; charset=utf-8', read(`${name}.js`));
  const scriptPaths = Object.fromEntries(scriptNames.map((name) => [name, script(name)]));
  return {
    ...{ css, files, scriptPaths: scriptPaths as AssetPaths['scriptPaths'] },
    stylesheetPath: serve('style', 'css', 'text/css; charset=utf-8', css),
    iconPath: serve('icon', 'svg', 'image/svg+xml', keyringIcon(brand.accent).toString()),
  };
}

const read = (name: string): string => readFileSync(new URL(`./${name}`, import.meta.url), 'utf8');

/** Colours live in the stylesheet because the content security policy forbids inline style. */
function accentRules({ accent }: Brand): string {
  const onAccent = {
    light: mostReadable(accent.light, [color('#ffffff'), color('#0b1012')]),
    dark: mostReadable(accent.dark, [color('#ffffff'), color('#0b1012')]),
  };
  const lightOnly = `:root{--accent:${accent.light};--on-accent:${onAccent.light}}`;
  const both = `:root{--accent:light-dark(${accent.light},${accent.dark});--on-accent:light-dark(${onAccent.light},${onAccent.dark})}`;
  return `${lightOnly}\n@supports (color:light-dark(#fff,#000)){${both}}\n`;
}

/** Sixteen characters: enough to tell versions apart; nothing is protected by it. */
function contentHash(content: string): string {
  return createHash('sha256').update(content).digest('base64url').slice(0, 16);
}
