/**
 * YAML as JSON with a position for every value, bounded in size, depth and number (O-07).
 *
 * The tree is walked here instead of by the library's own conversion, because that one grows with aliases of aliases,
 * loops on an alias inside its own anchor, and takes time quadratic in the keys of a map to find duplicates.
 */
import { type Document, isAlias, isMap, isScalar, isSeq, LineCounter, type Node, type Pair, parseDocument } from 'yaml';
import type { Json } from '../model.ts';
import { type Faults, type Path, type Position, pathText } from './faults.ts';
import { expandReferences, hideBraces, holdsStandIns } from './references.ts';

const MAXIMUM_BYTES = 1_048_576;
const MAXIMUM_DEPTH = 20;
const MAXIMUM_VALUES = 200_000;

const START: Position = { line: 1, column: 1 };

export interface YamlSource {
  readonly value: Json;
  /** Where the value of this path stands, or its key; the nearest map around it where there is none. */
  positionOf(path: Path, what: 'key' | 'value'): Position;
}

type Variables = { readonly [name: string]: string | undefined };

/** Null when the text is no YAML that can be looked at further: then `faults` says why. */
export function readYaml(text: string, env: Variables, faults: Faults): YamlSource | null {
  if (Buffer.byteLength(text, 'utf8') > MAXIMUM_BYTES) {
    faults.add(START, [], `is larger than ${MAXIMUM_BYTES} bytes`);
    return null;
  }
  if (holdsStandIns(text)) {
    faults.add(START, [], 'holds the private-use characters U+E000 or U+E001');
    return null;
  }
  const lines = new LineCounter();
  // Pretty errors quote the source, which may hold a secret.
  const document = parseDocument(hideBraces(text), { lineCounter: lines, prettyErrors: false, uniqueKeys: false });
  const positionAt = (offset: number): Position => {
    const { line, col } = lines.linePos(offset);
    return { line: Math.max(line, 1), column: Math.max(col, 1) };
  };
  if (reportSyntax(document, positionAt, faults)) return null;
  if (document.contents === null) {
    faults.add(START, [], 'is empty');
    return null;
  }
  return walk(document.contents, env, positionAt, faults);
}

/** The library's codes in our words: its own messages quote the source. */
const syntaxWords: { readonly [code: string]: string } = {
  BAD_INDENT: 'is indented wrongly',
  BLOCK_IN_FLOW: 'has a block inside { } or [ ]',
  MISSING_CHAR: 'lacks a character: a closing quote, bracket, brace, or a colon after a key',
  MULTIPLE_DOCS: 'holds several documents: one is expected',
  RESOURCE_EXHAUSTION: 'is nested too deeply',
  TAB_AS_INDENT: 'is indented with a tab: YAML wants spaces',
  TAG_RESOLVE_FAILED: 'has a tag that is not known here',
  UNEXPECTED_TOKEN: 'has something that does not belong there',
};

function reportSyntax(document: Document, positionAt: (offset: number) => Position, faults: Faults): boolean {
  const problems = [...document.errors, ...document.warnings];
  const exhausted = problems.find(({ code }) => code === 'RESOURCE_EXHAUSTION');
  for (const { code, pos } of exhausted === undefined ? problems : [exhausted]) {
    faults.add(positionAt(pos[0]), [], `${syntaxWords[code] ?? 'is not valid YAML'} (${code})`);
  }
  return problems.length > 0;
}

class TooManyValues extends Error {}

function walk(root: Node, env: Variables, positionAt: (offset: number) => Position, faults: Faults): YamlSource | null {
  const offsets = new Map<string, number>();
  const anchors = new Map<string, Node>();
  let values = 0;

  function convert(node: Node | null, path: Path): Json {
    values += 1;
    if (values > MAXIMUM_VALUES) throw new TooManyValues();
    if (node?.range) offsets.set(`value ${pathText(path)}`, node.range[0]);
    if (path.length > MAXIMUM_DEPTH) return report(path, `is nested more than ${MAXIMUM_DEPTH} deep`);
    if (isAlias(node)) {
      const target = anchors.get(node.source);
      return target === undefined ? report(path, 'is an alias without an anchor before it') : convert(target, path);
    }
    const value = isMap(node) ? convertMap(node.items as Pair<Node, Node | null>[], path) : convertOther(node, path);
    // Known only from here on: an alias inside its own anchor finds nothing and cannot loop.
    if (node?.anchor !== undefined) anchors.set(node.anchor, node);
    return value;
  }

  function convertMap(pairs: readonly Pair<Node, Node | null>[], path: Path): Json {
    const map: Record<string, Json> = {};
    for (const { key, value } of pairs) {
      const name = isScalar(key) ? key.value : null;
      if (typeof name !== 'string' || name === '__proto__' || holdsStandIns(name)) {
        report(path, 'has a key that is no plain text');
        continue;
      }
      const inner = [...path, name];
      if (Object.hasOwn(map, name)) report(inner, 'is written twice', key.range?.[0]);
      offsets.set(`key ${pathText(inner)}`, key.range?.[0] ?? 0);
      map[name] = convert(value, inner);
    }
    return map;
  }

  function convertOther(node: Node | null, path: Path): Json {
    if (isSeq(node)) return node.items.map((item, index) => convert(item as Node | null, [...path, index]));
    const value = isScalar(node) ? node.value : null;
    if (typeof value === 'string') return convertText(value, path);
    if (typeof value === 'number' && !Number.isSafeInteger(value) && !(Math.abs(value) < 1e15)) {
      // A client id of 18 digits would arrive as another one.
      return report(path, 'is a number that cannot be kept exactly: put it in quotes');
    }
    return value === null || typeof value === 'number' || typeof value === 'boolean'
      ? value
      : report(path, 'is a value of an unknown kind');
  }

  function convertText(text: string, path: Path): Json {
    const expansion = expandReferences(text, env);
    if (!expansion.expanded) return report(path, expansion.fault);
    if (/[\p{Cc}\p{Co}\p{Cs}\p{Cn}]/u.test(expansion.text.replaceAll(/[\n\t]/g, ''))) {
      return report(path, 'holds control or private-use characters');
    }
    return expansion.text;
  }

  function report(path: Path, words: string, offset = offsets.get(`value ${pathText(path)}`) ?? 0): null {
    faults.add(positionAt(offset), path, words);
    return null;
  }

  try {
    const value = convert(root, []);
    return { value, positionOf: (path, what) => positionAt(nearest(offsets, path, what)) };
  } catch (error) {
    if (!(error instanceof TooManyValues)) throw error;
    faults.add(START, [], `holds more than ${MAXIMUM_VALUES} values, aliases counted each time`);
    return null;
  }
}

function nearest(offsets: ReadonlyMap<string, number>, path: Path, what: 'key' | 'value'): number {
  const exact = offsets.get(`${what} ${pathText(path)}`);
  if (exact !== undefined || path.length === 0) return exact ?? 0;
  return nearest(offsets, path.slice(0, -1), 'value');
}
