/**
 * A provider's record and its versions, as an operator calls them, with the real program on both databases.
 */
import assert from 'node:assert/strict';
import { forEachEmptyDatabase } from '../databases.ts';
import { becomes, type Program, withProgram } from './program.ts';

const kinds = ['SQLite file', 'PostgreSQL'] as const;
const CANARY = 'canary-0123456789-abcdefghijklmnopqrstuv';

const file = (name: string) => `
providers:
  - slug: uni
    vendor: oidc
    enabled: true
    name: ${name}
    icon: UN
    settings: { issuer: https://uni.example, client_id: llavero, client_secret: ${CANARY} }
`;

function withUni(promise: string, body: (program: Program) => Promise<void>): void {
  forEachEmptyDatabase(
    promise,
    ({ url }) =>
      withProgram({ LLAVERO_DATABASE_URL: url }, async (program) => {
        await program.json('apply', await program.write('uni.yaml', file('Uni')));
        await body(program);
      }),
    kinds,
  );
}

withUni('provider show says what each member is, and no secret', async (program) => {
  const { stdout } = await program.run(['provider', 'show', 'uni']);
  assert.match(stdout, /^Revision 1$/m);
  assert.match(stdout, /^name +Uni +The name on its button/m);
  assert.match(stdout, /^visible +true +/m);
  assert.match(stdout, /^max_session_length +none +/m);
  assert.match(stdout, /^settings\.client_secret +\(secret\) +/m);
  const { members, ...shown } = await program.json('provider', 'show', 'uni');
  assert.deepEqual(shown, { slug: 'uni', revision: 1 });
  assert.ok(
    members.some(({ member, value }: { member: string; value: unknown }) => member === 'icon' && value === 'UN'),
  );
  assert.ok(![stdout, JSON.stringify(members)].some((text) => text.includes(CANARY)));
});

withUni('disable, enable, history and restore: each change with who, when and why', async (program) => {
  await program.json('apply', await program.write('uni.yaml', file('Universidad')), '--reason', 'a better name');
  assert.deepEqual(await program.json('provider', 'disable', 'uni', '--reason', 'it is down'), {
    ...{ slug: 'uni', changed: true, revision: 3 },
  });
  assert.equal((await program.json('provider', 'list')).providers[0].state, 'disabled');
  assert.match(
    (await program.run(['provider', 'disable', 'uni'])).stdout,
    /is disabled already\. Nothing to change\.$/m,
  );
  assert.match((await program.run(['provider', 'enable', 'uni'])).stdout, /is enabled\. Saved as revision 4\.$/m);
  assert.match(
    (await program.run(['provider', 'restore', 'uni', '1'])).stdout,
    /is as in revision 1\. Saved as revision 5/,
  );

  const { slug, history } = await program.json('provider', 'history', 'uni');
  assert.equal(slug, 'uni');
  assert.deepEqual(
    history.map(({ revision, reason }: { revision: number; reason: string }) => [revision, reason]),
    [
      [5, 'provider restore uni 1'],
      [4, 'provider enable uni'],
      [3, 'it is down'],
      [2, 'a better name'],
      [1, 'apply uni.yaml'],
    ],
  );
  for (const version of history) assert.match(version.by, /command line/);
  const shown = await program.run(['provider', 'history', 'uni']);
  assert.match(shown.stdout, /^3 +\d{4}-\d\d-\d\d \d\d:\d\d UTC +written +.*command line.* +it is down$/m);
  // Equal to the first version, so the file that made it changes nothing.
  const again = await program.json('apply', await program.write('uni.yaml', file('Uni')));
  assert.deepEqual(again.changes, []);
});

withUni('O-10 wrong calls are refused with the reason, and write nothing', async (program) => {
  const calls: readonly [call: readonly string[], code: number, words: RegExp][] = [
    [['provider', 'show', 'gone'], 1, /there is no provider gone/],
    [['provider', 'history', 'gone'], 1, /there is no provider gone/],
    [['provider', 'disable', 'gone'], 1, /there is no provider gone/],
    [['provider', 'restore', 'uni', '9'], 1, /there is no revision 9 of provider uni/],
    [['provider', 'restore', 'uni', 'first'], 2, /REVISION must be a number/],
    [['provider', 'restore', 'uni', '-1'], 2, /REVISION|option/i],
    [['provider', 'restore', 'uni'], 2, /REVISION is missing/],
    [['provider', 'enable'], 2, /SLUG is missing/],
    [['provider', 'disable', 'uni', '--force'], 2, /force/],
  ];
  for (const [call, code, words] of calls) {
    const ended = await program.run(call);
    assert.equal(ended.code, code, call.join(' '));
    assert.match(ended.stderr, words);
    assert.equal(ended.stdout, '');
  }
  assert.equal((await program.json('provider', 'history', 'uni')).history.length, 1);
});

forEachEmptyDatabase(
  'a running server stops and starts offering a provider within five seconds',
  ({ url }) =>
    withProgram({ LLAVERO_DATABASE_URL: url }, async (program) => {
      await program.json('apply', await program.write('uni.yaml', file('Uni')));
      const server = await program.serve();
      const offers = async () => {
        const start = await fetch(`http://127.0.0.1:${server.port}/sign-in`, { redirect: 'manual' });
        const cookie = start.headers
          .getSetCookie()
          .map((line) => line.split(';')[0])
          .join('; ');
        const chooser = await fetch(new URL(start.headers.get('location') ?? '', `http://127.0.0.1:${server.port}`), {
          headers: { cookie },
        });
        return (await chooser.text()).includes('provider-uni');
      };
      assert.equal(await offers(), true);
      await program.json('provider', 'disable', 'uni');
      assert.ok(await becomes(5_000, async () => !(await offers())));
      await program.json('provider', 'restore', 'uni', '1');
      assert.ok(await becomes(5_000, offers));
      await server.stop();
    }),
  ['SQLite file'],
);
