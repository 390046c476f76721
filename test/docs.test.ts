/**
 * The documents say what the code does: codes, settings, variables, events, commands, links, examples.
 *
 * Each test reads both sides as they are. Where a document must list something, its table is found by its header; a
 * document without that table fails.
 */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { existsSync, globSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { test } from 'node:test';
import { eventTypes } from '../src/client-events/tokens.ts';
import { parseSettings } from '../src/config.ts';
import { clientSchema } from '../src/configuration/client-document.ts';
import { entriesOf, singleSchemas } from '../src/configuration/documents.ts';
import { parseConfigurationFile } from '../src/configuration/file.ts';
import { ltiFaults } from '../src/configuration/lti-consistency.ts';
import { ltiConsumerSchema, ltiPlatformSchema } from '../src/configuration/lti-document.ts';
import { openEdxSchema } from '../src/configuration/open-edx-document.ts';
import { providerSchema } from '../src/configuration/provider-document.ts';
import { ConfigurationError, refusals } from '../src/errors.ts';
import { floodLimits, storedLimits } from '../src/limits/limits.ts';
import { KEY_SET } from '../src/lti/key-set.ts';
import { LAUNCH_1_1 } from '../src/lti/routes-1-1.ts';
import { LAUNCH_1_3, LOGIN_1_3 } from '../src/lti/routes-1-3.ts';
import { claimsByScope } from '../src/oidc/claims.ts';
import { failures } from '../src/open-edx/failures.ts';
import { registrationFields } from '../src/person/fields.ts';
import { vendors } from '../src/providers/registry.ts';
import { launchRulings, type Standing } from '../src/sign-in/launch-rule.ts';
import { learnerStates } from '../src/store/open-edx-learners.ts';
import { linkingPolicy, type OurSide } from '../src/users/linking-policy.ts';
import { anchorsOf, cellsOf, codeBlocksOf, localLinksOf, tablesOf, wordsInCode } from './markdown.ts';

const root = join(import.meta.dirname, '..');
const read = (file: string) => readFileSync(join(root, file), 'utf8');
const documents = globSync('**/*.md', { cwd: root, exclude: (name) => /^(node_modules|data|dist|\.)/.test(name) });

const sorted = (values: Iterable<string>) => [...values].toSorted();
/** The first cell of each row, which names something in code. */
const namesIn = (rows: readonly string[][]) => rows.map(([cell = '']) => wordsInCode(cell)[0] ?? `no name: ${cell}`);

test('docs/errors.md lists every refusal with its status, who may be told, and whether to try again', () => {
  const rows = tablesOf(read('docs/errors.md')).flatMap(([header = [], ...rows]) => (header[0] === 'code' ? rows : []));
  const documented = rows.map((row) => [wordsInCode(row[0] ?? '')[0], ...row.slice(1, 4)].join(' | '));
  const wanted = Object.entries(refusals).map(([code, { status, audience, retry }]) => {
    const shown = audience.at === 'page' ? 'page' : `page, client as \`${audience.oauthError}\``;
    return [code, status, shown, retry ? 'yes' : 'no'].join(' | ');
  });
  assert.deepEqual(documented, wanted);
});

test('docs/configuration.md lists every environment variable, and no other', () => {
  const documented = namesIn(cellsOf(read('docs/configuration.md'), ['variable']));
  assert.throws(
    () => parseSettings({ LLAVERO_UNKNOWN: '1' }),
    (error) => {
      assert.ok(error instanceof ConfigurationError);
      const known = error.faults.join(' ').match(/LLAVERO_\w+/g) ?? [];
      const names = new Set(known.filter((name) => name !== 'LLAVERO_UNKNOWN'));
      assert.ok(names.size > 5);
      assert.deepEqual(sorted(documented), sorted(['NODE_ENV', ...names]));
      return true;
    },
  );
});

const sections = {
  providers: providerSchema,
  clients: clientSchema.in,
  open_edx: openEdxSchema,
  'lti.consumers': ltiConsumerSchema,
  'lti.platforms': ltiPlatformSchema,
  ...singleSchemas,
};
for (const [section, schema] of Object.entries(sections)) {
  test(`docs/configuration.md lists every member of ${section}, and no other`, () => {
    const text = read('docs/configuration.md').split(`\n### ${section}\n`)[1]?.split('\n### ')[0] ?? '';
    assert.deepEqual(sorted(namesIn(cellsOf(text, ['member']))), sorted(Object.keys(schema.shape)));
  });
}

test('docs/configuration.md lists every field of the registration page, in its order, and no other', () => {
  assert.deepEqual(namesIn(cellsOf(read('docs/configuration.md'), ['field'])), [...registrationFields]);
});

test('docs/linking.md shows the linking policy, cell by cell', () => {
  const columns = ['what speaks for an account', 'nobody', 'one account', "a guest's", 'only closed ones', 'several'];
  const documented = cellsOf(read('docs/linking.md'), columns).map(([evidence = '', ...cells]) => [
    wordsInCode(evidence)[0] ?? '',
    cells,
  ]);
  const sides: readonly OurSide[] = ['nobody', 'one-active', 'one-temporary', 'blocked', 'several'];
  const cells = (row: { readonly [side in OurSide]: string }) => sides.map((side) => row[side]);
  assert.deepEqual(
    documented,
    Object.entries(linkingPolicy).map(([evidence, row]) => [evidence, cells(row)]),
  );
});

test('docs/linking.md shows what becomes of whom a launch brings, cell by cell', () => {
  const [header = [], ...rows] = tablesOf(read('docs/linking.md')).find(([first]) => first?.[0] === 'rule') ?? [];
  const standings = header.slice(1).map((cell) => wordsInCode(cell)[0] ?? '');
  const documented = rows.map(([rule = '', ...cells]) => [wordsInCode(rule)[0], cells]);
  const wanted = Object.entries(launchRulings).map(([rule, row]) => [
    rule,
    standings.map((standing) => row[standing as Standing]),
  ]);
  assert.deepEqual(documented, wanted);
  assert.deepEqual(standings, Object.keys(launchRulings.never));
});

test('docs/configuration.md lists the claims of every scope', () => {
  const rows = cellsOf(read('docs/configuration.md'), ['scope', 'claims']);
  const documented = rows.map(([scope = '', claims = '']) => [wordsInCode(scope)[0] ?? '', wordsInCode(claims)]);
  assert.deepEqual(Object.fromEntries(documented), claimsByScope);
});

const settingsHeader = { '': 'setting', '.es': 'ajuste' } as const;
for (const { vendor, settings } of vendors) {
  for (const [language, header] of Object.entries(settingsHeader)) {
    test(`docs/providers/${vendor}${language}.md lists every setting of ${vendor}, and no other`, () => {
      const rows = cellsOf(read(`docs/providers/${vendor}${language}.md`), [header]);
      assert.deepEqual(namesIn(rows), Object.keys(settings.shape));
    });
  }
}

test('docs/operations.md lists every audit event, and no other', () => {
  const union = /export type AuditType =([^;]+);/.exec(read('src/store/audit.ts'))?.[1] ?? '';
  const types = [...union.matchAll(/'([^']+)'/g)].map(([, type = '']) => type);
  assert.ok(types.length > 0);
  assert.deepEqual(sorted(namesIn(cellsOf(read('docs/operations.md'), ['event', 'when']))), sorted(types));
});

test('docs/operations.md lists every event of the log, and no other', () => {
  const files = globSync('src/**/*.ts', { cwd: root, exclude: (name) => name.endsWith('.test.ts') });
  const events = files.flatMap((file) =>
    [...read(file).matchAll(/event: '([a-z_]+\.[a-z_]+)'/g)].map(([, event = '']) => event),
  );
  assert.ok(events.length > 5);
  assert.deepEqual(sorted(namesIn(cellsOf(read('docs/operations.md'), ['event', 'level']))), sorted(new Set(events)));
});

test('docs/events.md lists every type of event, by the address that is on the wire', () => {
  const documented = namesIn(cellsOf(read('docs/events.md'), ['type', 'when']));
  const { 'logged-out': logout, ...events } = eventTypes;
  assert.deepEqual(sorted(documented), sorted(Object.values(events)));
  assert.ok(read('docs/events.md').includes(`\`${logout}\``));
});

test('docs/open-edx-service.md lists every reason why a learner lacks something, and every state', () => {
  const text = read('docs/open-edx-service.md');
  assert.deepEqual(namesIn(cellsOf(text, ['code', 'what is wrong'])), Object.keys(failures));
  assert.deepEqual(namesIn(cellsOf(text, ['state', 'meaning'])), [...learnerStates]);
});

test('docs/operations.md lists every limit with its numbers, and no other', () => {
  const minutes = { minute: 1, hour: 60, day: 24 * 60 } as const;
  const rows = cellsOf(read('docs/operations.md'), ['limit', 'at most', 'within']);
  const documented = rows.map(([name = '', limit = '', within = '']) => {
    const [, count = '', unit = ''] = /^(\d+) (minute|hour|day)s?$/.exec(within) ?? [];
    const windowMs = Number(count) * minutes[unit as keyof typeof minutes] * 60_000;
    return [wordsInCode(name)[0] ?? '', { limit: Number(limit.replace(',', '')), windowMs }];
  });
  assert.deepEqual(Object.fromEntries(documented), { ...storedLimits, ...floodLimits });
});

test('every link to a file or a heading of ours leads somewhere', () => {
  const broken = documents.flatMap((document) =>
    localLinksOf(read(document))
      .filter((target) => {
        const [path = '', anchor] = target.split('#');
        const file = path === '' ? document : join(dirname(document), path);
        if (!existsSync(join(root, file))) return true;
        return anchor !== undefined && !anchorsOf(read(file)).includes(anchor);
      })
      .map((target) => `${document}: ${target}`),
  );
  assert.ok(documents.length > 10);
  assert.deepEqual(broken, []);
});

const codeOf = (document: string) =>
  codeBlocksOf(read(document))
    .filter(({ language }) => language === 'sh' || language === '')
    .map(({ text }) => text)
    .join('\n') + wordsInCode(read(document).replaceAll(/^```[\s\S]*?^```$/gm, '')).join('\n');

/** What `llavero help` prints, one command a line: `serve`, `provider test`. */
function commandsOfProgram(): Set<string> {
  const { stdout, status } = spawnSync(process.execPath, ['src/main.ts', 'help'], { cwd: root, encoding: 'utf8' });
  assert.equal(status, 0);
  return new Set([...stdout.matchAll(/^ {2}([a-z-]+(?: [a-z-]+)?) {2}/gm)].map(([, name = '']) => name));
}

test('every command that a document shows exists', () => {
  const commands = commandsOfProgram();
  const { scripts } = JSON.parse(read('package.json'));
  assert.ok(commands.has('serve'));
  const unknown = documents.flatMap((document) => {
    const code = codeOf(document);
    const ours = [...code.matchAll(/(?:\bllavero -- |src\/main\.ts )([a-z-]+)(?: ([a-z-]+))?/g)].map(
      ([, name = '', sub = '']) => (commands.has(name) ? name : `${name} ${sub}`),
    );
    const npm = [...code.matchAll(/\bnpm run (?:-s |--silent )?([a-z]+)/g)].map(([, name = '']) => name);
    return [
      ...ours.filter((name) => !commands.has(name)).map((name) => `${document}: llavero ${name}`),
      ...npm.filter((name) => scripts[name] === undefined).map((name) => `${document}: npm run ${name}`),
    ];
  });
  assert.deepEqual(unknown, []);
});

test('the table of commands in README.md and README.es.md is what the program has', () => {
  const commands = sorted(commandsOfProgram());
  for (const [document, header] of [
    ['README.md', 'command'],
    ['README.es.md', 'comando'],
  ] as const) {
    const rows = namesIn(cellsOf(read(document), [header]));
    assert.deepEqual(sorted(rows), commands, document);
  }
});

test('every configuration that a document shows is accepted', () => {
  // Nobody knows this value but the test, and it is long enough for any secret.
  const secret = 'q7Zt0pXv3mKc9LwB5yRn2HfJ8sDg4aEu';
  let examples = 0;
  for (const document of documents) {
    for (const { language, text } of codeBlocksOf(read(document))) {
      if (language !== 'yaml') continue;
      examples += 1;
      const names = [...text.matchAll(/\$\{(\w+)\}/g)].map(([, name = '']) => name);
      const env = Object.fromEntries(names.map((name) => [name, secret]));
      assert.doesNotThrow(() => parseConfigurationFile(text, { env, vendors }), document);
    }
  }
  assert.ok(examples >= 6);
});

for (const document of ['README', 'docs/lti']) {
  test(`${document}.es.md shows the commands and the configuration of ${document}.md`, () => {
    const blocks = (file: string) =>
      codeBlocksOf(read(file))
        .filter(({ language }) => language === 'sh' || language === 'yaml')
        // Comments and names are written in each language.
        .map(({ text }) => text.replaceAll(/ *#.*$/gm, '').replaceAll(/\b(client_name|product_name|name): .*/g, '$1'));
    assert.ok(blocks(`${document}.md`).length > 2);
    assert.deepEqual(blocks(`${document}.es.md`), blocks(`${document}.md`));
  });
}

test('the examples of docs/lti.md can stand in one file, and its addresses are those where launches come in', () => {
  const text = read('docs/lti.md');
  const entries = codeBlocksOf(text)
    .filter(({ language }) => language === 'yaml')
    .flatMap(({ text: yaml }) => {
      const names = [...yaml.matchAll(/\$\{(\w+)\}/g)].map(([, name = '']) => [
        name,
        'q7Zt0pXv3mKc9LwB5yRn2HfJ8sDg4aEu',
      ]);
      return entriesOf(parseConfigurationFile(yaml, { env: Object.fromEntries(names), vendors }));
    });
  assert.ok(entries.length > 10);
  assert.deepEqual(ltiFaults(entries), []);
  const shown = [...text.matchAll(/`https:\/\/sign-in\.example(\/lti\/1\.[^`]*)`/g)].map(([, path = '']) => path);
  assert.deepEqual(sorted(new Set(shown)), sorted([LAUNCH_1_1, LOGIN_1_3, LAUNCH_1_3, KEY_SET]));
});

test('docs/lti.md names codes that exist, every one that a launch is refused with, and the same in Spanish', () => {
  const codesIn = (document: string, header: string) =>
    cellsOf(read(document), [header]).flatMap(([cell = '']) => wordsInCode(cell));
  const named = codesIn('docs/lti.md', 'what is seen');
  assert.deepEqual(codesIn('docs/lti.es.md', 'qué se ve'), named);
  assert.deepEqual(
    named.filter((code) => !Object.hasOwn(refusals, code)),
    [],
  );
  const ofLaunches = Object.keys(refusals).filter((code) =>
    /^(?:lti_(?:launch|platform|deployment|message)|launch)_/.test(code),
  );
  assert.deepEqual(
    ofLaunches.filter((code) => !named.includes(code)),
    [],
  );
});

for (const document of ['docs/threats.md', 'docs/socraticqs2.md']) {
  test(`every test that ${document} names exists, under that name in that file`, () => {
    const rows = tablesOf(read(document)).flatMap(([header = [], ...rows]) => (header.at(-1) === 'test' ? rows : []));
    assert.ok(rows.length >= 20);
    const missing = rows.flatMap((row) => {
      const cell = row.at(-1) ?? '';
      const named = [...cell.matchAll(/`([^`]+\.ts)`: “([^”]+)”/g)];
      // What has nothing here that it could apply to says so, with the reason.
      if (cell === '—' && /^not here( yet)?: /.test(row.at(-2) ?? '')) return [];
      if (named.length === 0) return [`no test: ${row[0]}`];
      return named
        .filter(([, file = '', name = '']) => !existsSync(join(root, file)) || !read(file).includes(name))
        .map(([, file, name]) => `${file}: ${name}`);
    });
    assert.deepEqual(missing, []);
  });
}

test('docs/socraticqs2.md leaves out none of its 91 cases and 17 holes', () => {
  const numbersIn = (header: string) =>
    tablesOf(read('docs/socraticqs2.md'))
      .filter(([head]) => head?.[0] === header)
      .flatMap(([, ...rows]) => rows.flatMap(([cell = '']) => cell.split(', ')));
  const upTo = (count: number, before: string) => Array.from({ length: count }, (_, index) => `${before}${index + 1}`);
  assert.deepEqual(sorted(numbersIn('case')), sorted(upTo(91, '')));
  assert.deepEqual(sorted(numbersIn('hole')), sorted(upTo(17, '12.')));
});

test('every decision says context, choice, what was given up and what is no goal, and is in the list', () => {
  const records = globSync('docs/adr/[0-9]*.md', { cwd: root }).toSorted();
  assert.ok(records.length >= 7);
  for (const record of records) {
    const headings = [...read(record).matchAll(/^## (.+)$/gm)].map(([, heading]) => heading);
    assert.deepEqual(headings, ['Context', 'Choice', 'What we gave up', 'Non-goals'], record);
  }
  const listed = localLinksOf(read('docs/adr/README.md')).map((link) => `docs/adr/${link}`);
  assert.deepEqual(listed, records);
});

test('the changelog keeps its form: unreleased first, known kinds of change', () => {
  const headings = [...read('CHANGELOG.md').matchAll(/^##+ (.+)$/gm)].map(([, heading = '']) => heading);
  assert.equal(headings[0], '[Unreleased]');
  const form = /^(\[Unreleased\]|\[\d+\.\d+\.\d+\] - \d{4}-\d\d-\d\d|Added|Changed|Deprecated|Removed|Fixed|Security)$/;
  assert.deepEqual(
    headings.filter((heading) => !form.test(heading)),
    [],
  );
});
