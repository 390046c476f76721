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

/** The addresses that a page needs. */
export interface AssetPaths {
  readonly stylesheetPath: Path;
  readonly iconPath: Path;
  readonly waitingPath: Path;
  readonly signingOutPath: Path;
  readonly ltiStoragePath: Path;
  readonly submitPath: Path;
  readonly ltiClosePath: Path;
}

export interface Assets extends AssetPaths {
  /** Serve as `text/css; charset=utf-8`. */
  readonly css: string;
  /** Serve as `image/svg+xml`. */
  readonly icon: string;
  /** Serve as `text/javascript; charset=utf-8`. */
  readonly waiting: string;
  readonly signingOut: string;
  readonly ltiStorage: string;
  readonly submit: string;
  readonly ltiClose: string;
}

/** Reads stylesheet and scripts from disk and writes the brand's colours into it: call once. @throws Error when a file is missing. */
export function loadAssets(brand: Brand): Assets {
  const rules = readFileSync(new URL('./style.css', import.meta.url), 'utf8');
  // Comments are for who writes it; every phone would load them.
  const css = rules.replaceAll(/\/\*.*?\*\/\n*/gs, '') + accentRules(brand);
  const waiting = readFileSync(new URL('./waiting.js', import.meta.url), 'utf8');
  const signingOut = readFileSync(new URL('./signing-out.js', import.meta.url), 'utf8');
  const ltiStorage = readFileSync(new URL('./lti-storage.js', import.meta.url), 'utf8');
  const submit = readFileSync(new URL('./submit.js', import.meta.url), 'utf8');
  const ltiClose = readFileSync(new URL('./lti-close.js', import.meta.url), 'utf8');
  const icon = keyringIcon(brand.accent).toString();
  return {
    css,
    icon,
    waiting,
    signingOut,
    ltiStorage,
    submit,
    ltiClose,
    stylesheetPath: path(`/assets/style.${contentHash(css)}.css`),
    iconPath: path(`/assets/icon.${contentHash(icon)}.svg`),
    waitingPath: path(`/assets/waiting.${contentHash(waiting)}.js`),
    signingOutPath: path(`/assets/signing-out.${contentHash(signingOut)}.js`),
    ltiStoragePath: path(`/assets/lti-storage.${contentHash(ltiStorage)}.js`),
    submitPath: path(`/assets/submit.${contentHash(submit)}.js`),
    ltiClosePath: path(`/assets/lti-close.${contentHash(ltiClose)}.js`),
  };
}

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
