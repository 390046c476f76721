/**
 * The rules that the shape of the code follows, read from the code itself.
 *
 * The table of imports is in ARCHITECTURE.md and that of packages in docs/adr/0007-dependencies.md: each is written once,
 * where people read it. Comments are left out of what is searched, because they speak of what must not be done.
 */
import assert from 'node:assert/strict';
import { globSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { test } from 'node:test';
import { cellsOf, wordsInCode } from './markdown.ts';

const root = join(import.meta.dirname, '..');
const read = (file: string) => readFileSync(join(root, file), 'utf8');

interface SourceFile {
  readonly path: string;
  readonly lines: number;
  /** Without comments. */
  readonly code: string;
  /** Files of the repository, by path; and packages, by name. */
  readonly files: readonly string[];
  readonly packages: readonly string[];
}

/** What is imported in any form: `import`, `export … from`, `import type`, `import()`. */
const IMPORT = /(?<!['"])\b(?:from|import)\s*\(?\s*'([^'\n]+)'/g;

function readSource(path: string): SourceFile {
  const text = read(path);
  const code = text.replaceAll(/\/\*[\s\S]*?\*\//g, '').replaceAll(/(^|\s)\/\/[^\n]*/g, '$1');
  const imported = [...code.matchAll(IMPORT)].map(([, name = '']) => name);
  return {
    path,
    lines: text.split('\n').length - 1,
    code,
    files: imported.filter((name) => name.startsWith('.')).map((name) => join(dirname(path), name)),
    packages: imported.filter((name) => !name.startsWith('.')).map(packageOf),
  };
}

/** `@scope/name` of `@scope/name/part`, `name` of `name/part`, `node:x` as it is. */
function packageOf(specifier: string): string {
  const parts = specifier.split('/');
  if (specifier.startsWith('node:')) return specifier;
  return parts.slice(0, specifier.startsWith('@') ? 2 : 1).join('/');
}

const below = (folder: string) =>
  globSync(`${folder}/**/*.ts`, { cwd: root }).map((path) => relative(root, join(root, path)));
/** Tests, and what only tests import. */
const isForTests = (path: string) => /\.(test|fixture)\.ts$|\/(testing|fixture)\.ts$/.test(path);
const productOf = (folder: string) =>
  below(folder)
    .filter((path) => !isForTests(path))
    .map(readSource);

const source = productOf('src');
/** The demo ships with the broker, and its course site is written with a package of its own. */
const shipped = [...source, ...productOf('examples')];
/** `sign-in` of `src/sign-in/routes.ts`, `crypto` of `src/crypto.ts`. */
const partOf = (path: string) => path.replace(/^src\//, '').replace(/(\/.*|\.ts)$/, '');

const importRules = (() => {
  const rows = cellsOf(read('ARCHITECTURE.md'), ['part', 'may import']);
  const order = rows.map(([part = '']) => wordsInCode(part)[0] ?? '');
  return new Map(
    rows.map(([, allowed = ''], index) => {
      const above = order.slice(0, index);
      return [order[index] ?? '', { above, allowed: allowed === 'everything above' ? above : wordsInCode(allowed) }];
    }),
  );
})();

test('imports go one way: each part of src imports what the table in ARCHITECTURE.md allows it', () => {
  const faults = source.flatMap(({ path, files }) => {
    const rule = importRules.get(partOf(path));
    if (rule === undefined) return [`${path}: its part has no line in the table`];
    return files
      .filter((file) => file.startsWith('src/') && partOf(file) !== partOf(path))
      .filter((file) => !rule.allowed.some((name) => name === partOf(file) || `src/${name}.ts` === file))
      .map((file) => `${path} imports ${file}`);
  });
  assert.deepEqual(faults, []);
});

test('the table of imports goes one way itself, and names only what exists', () => {
  const faults = [...importRules].flatMap(([part, { above, allowed }]) => [
    ...(source.some(({ path }) => partOf(path) === part) ? [] : [`there is no ${part}`]),
    ...allowed
      // A single file may lie in a later part: that this makes no circle is the next test's to say.
      .filter((name) =>
        name.includes('/') ? !source.some(({ path }) => path === `src/${name}.ts`) : !above.includes(name),
      )
      .map((name) => `${part}: ${name}`),
  ]);
  assert.deepEqual(faults, []);
});

test('no file imports itself by way of others', () => {
  const importsOf = new Map(source.map(({ path, files }) => [path, files]));
  const done = new Set<string>();
  function circleFrom(path: string, way: readonly string[]): readonly string[] | null {
    if (way.includes(path)) return [...way.slice(way.indexOf(path)), path];
    if (done.has(path)) return null;
    for (const next of importsOf.get(path) ?? []) {
      const circle = circleFrom(next, [...way, path]);
      if (circle !== null) return circle;
    }
    done.add(path);
    return null;
  }
  assert.deepEqual(
    source.map(({ path }) => circleFrom(path, [])).filter((circle) => circle !== null),
    [],
  );
});

test('forms, purposes and errors import nothing, and everybody but the model takes the first two from the model', () => {
  const handedOn = ['src/forms.ts', 'src/purposes.ts'];
  const foundations = source.filter(({ path }) => [...handedOn, 'src/errors.ts'].includes(path));
  assert.equal(foundations.length, 3);
  const takers = source.filter(({ files }) => handedOn.some((file) => files.includes(file))).map(({ path }) => path);
  assert.deepEqual(takers, ['src/model.ts']);
  for (const { path, files, packages } of foundations) assert.deepEqual([...files, ...packages], [], path);
});

test('nothing of src but the demo imports simulators, examples or tests', () => {
  const faults = source
    .filter(({ path }) => path !== 'src/cli/demo.ts')
    .filter(({ files }) => files.some((file) => !file.startsWith('src/')))
    .map(({ path }) => path);
  assert.deepEqual(faults, []);
});

test('simulators take types from the model and nothing else of the product; the apps of examples/ take nothing', () => {
  const ofProduct = ({ path, files }: SourceFile) =>
    files.filter((file) => file.startsWith('src/')).map((file) => `${path} imports ${file}`);
  const simulators = productOf('simulators');
  assert.ok(simulators.length > 10);
  assert.deepEqual(
    simulators.flatMap(ofProduct).filter((fault) => !fault.endsWith(' src/model.ts')),
    [],
  );
  for (const app of ['course-site', 'courselets']) {
    const files = productOf(`examples/${app}`);
    assert.ok(files.length > 5);
    assert.deepEqual(files.flatMap(ofProduct), []);
  }
});

test('no file of the product is over 400 lines, and half of them are under 150', () => {
  const files = [...source, ...productOf('simulators'), ...productOf('examples'), ...productOf('scripts')];
  assert.deepEqual(
    files.filter(({ lines }) => lines > 400).map(({ path, lines }) => `${path}: ${lines}`),
    [],
  );
  const lengths = source.map(({ lines }) => lines).toSorted((a, b) => a - b);
  assert.ok((lengths[Math.floor(lengths.length / 2)] ?? 0) < 150);
});

test('each file of src says at its head what it owns', () => {
  const headless = source.filter(({ path }) => !/^(#!.*\n)?\/\*\*[\n ]/.test(read(path)));
  assert.deepEqual(
    headless.map(({ path }) => path),
    [],
  );
});

test('there is no any', () => {
  const ANY = /(?:[:<|&,(=]\s*|\bas\s+|\bextends\s+)any\b(?!')/;
  assert.match('const x: any = 1', ANY);
  const faults = [...source, ...productOf('simulators'), ...productOf('examples')]
    .filter(({ code }) => ANY.test(code.replaceAll(/'[^'\n]*'/g, "''")))
    .map(({ path }) => path);
  assert.deepEqual(faults, []);
});

test('time and randomness come in where the process begins, and nowhere else', () => {
  const SOURCES =
    /\bDate\.now\b|\bnew Date\(\)|\bMath\.random\b|\bperformance\.now\b|\brandom(?:UUID|Int|Fill\w*)\b|\bgetRandomValues\b|import \{[^}]*\brandomBytes\b[^}]*\} from 'node:crypto'/;
  assert.match("import { randomBytes } from 'node:crypto';", SOURCES);
  const places = [...source, ...productOf('simulators')]
    .filter(({ code }) => SOURCES.test(code))
    .map(({ path }) => path);
  assert.deepEqual(places, ['src/cli/run.ts']);
});

test('V-17 sessions end by the steps that tell apps of it; only those that ran out are taken away without', () => {
  const places = source.filter(({ code }) => /delete\s+from\s+sessions\b/i.test(code)).map(({ path }) => path);
  assert.deepEqual(places.toSorted(), ['src/store/session-clients.ts', 'src/store/sessions.ts']);
});

test('no statement asks for its dialect outside the drivers and the migration runner', () => {
  const DIALECT = /\.dialect\b|\bdialect\s*[!=]==|node:sqlite|'pg'/;
  const places = source
    .filter(({ path, code }) => !path.startsWith('src/providers/') && DIALECT.test(code))
    .map(({ path }) => path)
    .toSorted();
  assert.deepEqual(places, [
    // Tells the operator which of the two it is, and asks nothing of it.
    'src/admin/doctor-store.ts',
    'src/store/migrate.ts',
    'src/store/postgres-errors.ts',
    'src/store/postgres.ts',
    'src/store/sqlite.ts',
  ]);
});

const packageRules = new Map(
  cellsOf(read('docs/adr/0007-dependencies.md'), ['package', 'imported by']).map(([name = '', places = '']) => [
    wordsInCode(name)[0] ?? '',
    wordsInCode(places),
  ]),
);

test('every runtime dependency is in ADR 0007, and imported in no place that the ADR does not name', () => {
  const declared = Object.keys(JSON.parse(read('package.json')).dependencies);
  assert.deepEqual(
    declared.filter((name) => !packageRules.has(name)),
    [],
  );
  const faults = source.flatMap(({ path, packages }) =>
    packages
      .filter((name) => !name.startsWith('node:'))
      .filter((name) => !packageRules.get(name)?.some((place) => path === place || path.startsWith(place)))
      .map((name) => `${path} imports ${name}`),
  );
  assert.deepEqual(faults, []);
});

test('every place that ADR 0007 names for a package uses it', () => {
  const unused = [...packageRules].flatMap(([name, places]) =>
    places
      .filter((place) => !shipped.some(({ path, packages }) => path.startsWith(place) && packages.includes(name)))
      .map((place) => `${place} does not import ${name}`),
  );
  assert.deepEqual(unused, []);
});
