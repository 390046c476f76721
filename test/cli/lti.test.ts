/**
 * Campuses, with the real program on both databases: registered by hand, changed, shut out, and by invitation; what is shown of each,
 * and that export has what was done.
 */
import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createConfigurationStore } from '../../src/configuration/revisions.ts';
import { createVault } from '../../src/crypto.ts';
import { sql } from '../../src/store/database.ts';
import { createStore } from '../../src/store/store.ts';
import { forEachEmptyDatabase, type TestDatabases } from '../databases.ts';
import { DEPLOYMENT_SECRET, type Program, withProgram } from './program.ts';

const kinds = ['SQLite file', 'PostgreSQL'] as const;
const PUBLIC = 'https://sign-in.example';

const configuration = `
providers:
  - { slug: password, vendor: password, enabled: true, settings: {} }
clients:
  - client_id: lms
    client_name: Campus LMS
    client_secret: practice-client-secret-0123456789
    redirect_uris: [https://lms.example/auth/complete/oidc/]
    skip_authorization: true
    lti_targets: [https://lms.example/courses/]
`;

const decided = ['--client', 'lms', '--linking', 'require-account'];
const why = ['--reason', 'ticket 12'];
const platform = [
  ...['--issuer', 'https://moodle.example', '--client-id', 'abc', '--deployment-id', '1', '--deployment-id', '2'],
  ...['--authorization-endpoint', 'https://moodle.example/auth', '--token-endpoint', 'https://moodle.example/token'],
  ...['--jwks-uri', 'https://moodle.example/jwks', ...decided],
];

function withCampuses(
  promise: string,
  body: (program: Program, databases: Pick<TestDatabases, 'durable' | 'ephemeral'>) => Promise<void>,
): void {
  forEachEmptyDatabase(
    promise,
    ({ url, durable, ephemeral }) =>
      withProgram({ LLAVERO_DATABASE_URL: url, LLAVERO_PUBLIC_URL: PUBLIC }, async (program) => {
        await program.json('apply', await program.write('llavero.yaml', configuration));
        await body(program, { durable, ephemeral });
      }),
    kinds,
  );
}

withCampuses('a platform that is added by command is the document that a file would have', async (program) => {
  const added = await program.json('lti', 'add-platform', 'moodle', ...platform, '--set', 'token_audience=urn:moodle');
  assert.deepEqual(added.enter, {
    initiate_login_uri: `${PUBLIC}/lti/1.3/login`,
    redirect_uris: [`${PUBLIC}/lti/1.3/launch`],
    jwks_uri: `${PUBLIC}/lti/1.3/jwks`,
    target_link_uri: [`${PUBLIC}/lti/1.3/launch`, 'https://lms.example/courses/…'],
    deep_linking_target_link_uri: `${PUBLIC}/lti/1.3/launch`,
    custom_parameters: [],
  });
  const { stdout } = await program.run(['export']);
  const exported = stdout.replace(/client_secret: \$\{.*\}/, 'client_secret: practice-client-secret-0123456789');
  const plan = await program.json('plan', await program.write('exported.yaml', exported), '--prune');
  assert.deepEqual(plan.changes, [], 'what was done here and what a file says are one');
  const again = await program.run(['lti', 'add-platform', 'moodle', ...platform]);
  assert.deepEqual(
    [again.code, again.stderr],
    [1, 'llavero lti add-platform failed: there is a campus moodle already\n'],
  );
  const twin = await program.run(['lti', 'add-platform', 'other', ...platform]);
  assert.match(twin.stderr, /its issuer and client_id is taken by lti_platform/);
});

withCampuses(
  'N-05 the secret of a consumer is made and printed once, or comes from standard input',
  async (program) => {
    const made = await program.json('lti', 'add-consumer', 'viejo', ...decided, ...why);
    assert.match(made.secret, /^[\w-]{43}$/);
    assert.deepEqual(made.enter, {
      launch_url: `${PUBLIC}/lti/1.1/launch`,
      consumer_key: 'viejo',
      custom_parameters: ['target_link_uri=https://lms.example/courses/…'],
    });
    const given = 'a-secret-that-the-campus-has-already';
    const taken = await program.run(['lti', 'add-consumer', 'otro', '--key', 'k', '--secret', '-', ...decided], {
      input: `${given}\n`,
    });
    assert.equal(taken.code, 0);
    for (const call of [
      ['lti', 'show', 'viejo'],
      ['lti', 'show', 'otro'],
      ['lti', 'list'],
      ['export'],
      ['lti', 'set', 'otro', '--set', 'name=Otro'],
    ]) {
      for (const { stdout, stderr } of [await program.run(call), await program.run([...call, '--json'])]) {
        assert.ok(!`${stdout}${stderr}`.includes(given) && !`${stdout}${stderr}`.includes(made.secret), call.join(' '));
      }
    }
    assert.ok(!`${taken.stdout}${taken.stderr}`.includes(given));
    const lost = await program.run(['lti', 'add-consumer', 'perdido', ...decided], {
      env: { LLAVERO_PUBLIC_URL: 'x' },
    });
    assert.equal(lost.code, 1);
    assert.match(
      (await program.run(['lti', 'show', 'perdido'])).stderr,
      /there is no campus perdido/,
      'nothing was made',
    );
    const argument = await program.run(['lti', 'set', 'otro', '--set', `secret=${given}`]);
    assert.equal(argument.code, 2);
    assert.match(argument.stderr, /^secret is no argument: arguments are seen by everybody$/m);
    const short = await program.run(['lti', 'add-consumer', 'corto', '--secret', '-', ...decided], { input: 'short' });
    assert.match(short.stderr, /secret /);
  },
);

withCampuses(
  'N-03 N-05 a new secret of a consumer is printed once, the one before ends when it is said, and both are kept from everything else',
  async (program, { durable }) => {
    const { secret: first } = await program.json('lti', 'add-consumer', 'viejo', ...decided);
    const vault = createVault(DEPLOYMENT_SECRET, { now: Date.now, randomBytes });
    const stored = async () => {
      const { entries } = await createConfigurationStore(durable, vault).loadAll();
      const { document = assert.fail() } = entries.find(({ name }) => name === 'viejo') ?? {};
      return [document.secret, document.previous_secret, document.previous_secret_expires_at];
    };
    const before = Date.now();
    const rotated = await program.run(['lti', 'rotate-secret', 'viejo', ...why, '--json']);
    assert.equal(rotated.code, 0, rotated.stderr);
    const { secret: second, previous_secret_expires_at: until } = JSON.parse(rotated.stdout);
    assert.match(second, /^[\w-]{43}$/);
    const days = (Date.parse(until) - before) / (24 * 60 * 60_000);
    assert.ok(days >= 7 && days < 7.01, String(days));
    assert.match(rotated.stderr, /The secret before it is taken until .*\nThe secret is not shown again/);
    assert.deepEqual(await stored(), [second, first, until]);
    for (const call of [['lti', 'show', 'viejo'], ['lti', 'list'], ['export'], ['doctor']]) {
      const { stdout, stderr } = await program.run(call);
      for (const secret of [first, second]) assert.ok(!`${stdout}${stderr}`.includes(secret), call.join(' '));
    }
    const { secret: third } = await program.json('lti', 'rotate-secret', 'viejo', '--keep-days', '0');
    assert.deepEqual(await stored(), [third, null, null]);
    const shown = await program.run(['lti', 'rotate-secret', 'viejo', '--keep-days', '90']);
    assert.match(shown.stdout, /^secret: {2}[\w-]{43}\n$/);

    await program.json('lti', 'add-platform', 'moodle', ...platform);
    for (const [call, words] of [
      [['moodle'], /campus moodle launches by LTI 1\.3: it has no secret/],
      [['nobody'], /there is no campus nobody/],
      [['viejo', '--keep-days', '91'], /--keep-days must be 0 to 90/],
    ] as const) {
      const { code, stderr } = await program.run(['lti', 'rotate-secret', ...call]);
      assert.notEqual(code, 0);
      assert.match(stderr, words);
    }
    const rows = await durable.all(sql`select detail from audit_events where type = 'config.changed' order by at, id`);
    const details = rows.map(({ detail }) => String(detail)).filter((detail) => detail.includes('viejo'));
    assert.deepEqual(
      details.map((detail) => JSON.parse(detail).reason),
      ['lti add-consumer viejo', 'ticket 12', 'lti rotate-secret viejo', 'lti rotate-secret viejo'],
    );
    for (const secret of [first, second, third]) assert.ok(!details.join().includes(secret));
  },
);

withCampuses(
  'R12 a campus is shut out and let in, its members are changed, and each is in the history',
  async (program, { durable }) => {
    await program.json('lti', 'add-platform', 'moodle', ...platform);
    const state = async () =>
      (await program.json('lti', 'list')).campuses.map(
        ({ slug, state }: { slug: string; state: string }) => `${slug} ${state}`,
      );
    assert.equal((await program.json('lti', 'disable', 'moodle', ...why)).changed, true);
    assert.deepEqual(await state(), ['moodle disabled']);
    assert.equal((await program.json('lti', 'disable', 'moodle')).changed, false);
    await program.json('lti', 'enable', 'moodle');
    assert.deepEqual(await state(), ['moodle enabled']);
    const changed = await program.json(
      'lti',
      'set',
      'moodle',
      '--set',
      'deployment_ids=["1","3"]',
      '--set',
      'name=Moodle',
    );
    assert.deepEqual([changed.document.deployment_ids, changed.document.name], [['1', '3'], 'Moodle']);
    for (const [call, words] of [
      [['lti', 'set', 'moodle', '--set', 'linking=whatever'], /linking/],
      [['lti', 'set', 'moodle', '--set', 'client=nobody'], /client nobody is not among the clients/],
      [['lti', 'set', 'nobody', '--set', 'name=x'], /there is no campus nobody/],
      [['lti', 'enable', 'nobody'], /there is no campus nobody/],
      [['lti', 'set', 'moodle'], /--set is missing/],
      [['lti', 'set', 'moodle', '--set', 'slug=other'], /the slug stays/],
    ] as const) {
      const { code, stderr } = await program.run(call);
      assert.notEqual(code, 0);
      assert.match(stderr, words);
    }
    const rows = await durable.all(sql`select detail from audit_events where type = 'config.changed' order by at, id`);
    const reasons = rows.map(({ detail }) => JSON.parse(String(detail))).filter(({ kind }) => kind === 'lti_platform');
    assert.deepEqual(
      reasons.map(({ reason }) => reason),
      ['lti add-platform moodle', 'ticket 12', 'lti enable moodle', 'lti set moodle'],
    );
  },
);

withCampuses(
  'case 65: the address of an invitation is printed once; who registered is listed first, shown whole, and let in with a reason',
  async (program, { durable, ephemeral }) => {
    await program.json('lti', 'add-platform', 'moodle', ...platform);
    const { address, expires_at } = await program.json('lti', 'invite', 'uni', ...decided, '--expires', '3', ...why);
    assert.match(address, /^https:\/\/sign-in\.example\/lti\/1\.3\/register\?invitation=[\w-]{43}$/);
    assert.ok(expires_at > Date.now() + 2 * 24 * 60 * 60_000);
    const token = address.split('=')[1];
    assert.deepEqual((await program.json('lti', 'list')).campuses[0].state, 'invited');
    const early = await program.run(['lti', 'approve', 'uni', '--yes', ...why]);
    assert.deepEqual([early.code, early.stderr], [1, 'llavero lti approve failed: no registration of uni waits\n']);

    // As the server would note it.
    const environment = {
      now: Date.now,
      randomBytes: (bytes: number) => crypto.getRandomValues(new Uint8Array(bytes)),
    };
    const { ltiInvitations } = createStore({ durable, ephemeral }, createVault(DEPLOYMENT_SECRET, environment));
    const { id } = (await ltiInvitations.findOpen(token, Date.now())) ?? assert.fail();
    await ltiInvitations.take(id, Date.now());
    const members = {
      ...{ issuer: 'https://uni.invalid', client_id: 'xyz', authorization_endpoint: 'https://uni.invalid/auth' },
      ...{ token_endpoint: 'https://uni.invalid/token', token_audience: null, jwks_uri: 'https://uni.invalid/jwks' },
      id_token_signed_response_alg: 'RS256',
    };
    const said = {
      ...{ platform: members, deploymentId: null, family: 'moodle', scopes: ['score'] },
      ...{ sites: ['https://uni.invalid'], configuration: 'https://uni.invalid/c' },
    };
    assert.ok(
      await ltiInvitations.register(id, { issuer: 'https://uni.invalid', clientId: 'xyz', said, at: Date.now() }, []),
    );

    const list = await program.run(['lti', 'list']);
    assert.match(list.stdout, /^CAMPUS .*\nuni +pending +1\.3 +require-account +lms +-\nmoodle +enabled/);
    const shown = await program.run(['lti', 'approve', 'uni']);
    assert.equal(shown.code, 0);
    for (const words of [
      'https://uni.invalid/jwks',
      'xyz',
      'moodle',
      'score',
      'require-account',
      'ticket 12',
      'cannot be had',
    ]) {
      assert.ok(shown.stdout.includes(words), words);
    }
    assert.match((await program.run(['lti', 'approve', 'uni', '--yes'])).stderr, /--reason is missing/);
    const bare = await program.run(['lti', 'approve', 'uni', '--yes', ...why]);
    assert.match(bare.stderr, /deployment_ids must list at least one/);
    assert.ok(!(await program.run(['export'])).stdout.includes('uni.invalid'));
    const approved = await program.json('lti', 'approve', 'uni', '--deployment-id', '7', '--yes', ...why);
    assert.deepEqual([approved.approved, approved.document.deployment_ids], [true, ['7']]);
    assert.ok((await program.run(['export'])).stdout.includes('uni.invalid'));
    assert.match((await program.run(['lti', 'reject', 'uni', ...why])).stderr, /nothing of uni is invited or waits/);

    await program.json('lti', 'invite', 'otra', ...decided);
    await program.json('lti', 'reject', 'otra', ...why);
    const events = await durable.all(
      sql`select type, provider, detail from audit_events where type like 'registration.%' order by at, id`,
    );
    assert.deepEqual(
      events.map(({ type, provider }) => `${type} ${provider}`),
      [
        'registration.invited lti:uni',
        'registration.approved lti:uni',
        'registration.invited lti:otra',
        'registration.rejected lti:otra',
      ],
    );
    for (const { detail } of events) assert.match(JSON.parse(String(detail)).by, /command line/);
    const every = JSON.stringify(await durable.all(sql`select * from audit_events`));
    assert.ok(!every.includes(token));
  },
);

withCampuses(
  'lti check says what can be seen of a platform from outside, and exits with 1 when something is bad',
  async (program) => {
    const server = createServer((request, response) => {
      response.statusCode = request.url === '/jwks' ? 200 : 401;
      response.end(JSON.stringify(request.url === '/jwks' ? { keys: [] } : { error: 'invalid_client' }));
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    try {
      const { port } = server.address() as AddressInfo;
      const at = `http://localhost:${port}`;
      await program.json(
        'apply',
        await program.write('allow.yaml', `outbound: { allow_private: ["localhost:${port}"] }`),
      );
      const here = [
        '--authorization-endpoint',
        `${at}/auth`,
        '--token-endpoint',
        `${at}/token`,
        '--jwks-uri',
        `${at}/jwks`,
      ];
      await program.json(
        'lti',
        'add-platform',
        'moodle',
        '--issuer',
        at,
        '--client-id',
        'a',
        '--deployment-id',
        '1',
        ...here,
        ...decided,
      );
      const { code, stdout } = await program.run(['lti', 'check', 'moodle', '--json'], {
        env: { LLAVERO_PUBLIC_URL: 'http://localhost:4400' },
      });
      const { findings } = JSON.parse(stdout);
      const verdicts = findings.map(
        ({ subject, verdict }: { subject: string; verdict: string }) => `${subject}: ${verdict}`,
      );
      assert.deepEqual(verdicts, [
        'campus moodle, key set: bad',
        'campus moodle, token endpoint: good',
        `clock against localhost:${port}: good`,
      ]);
      assert.equal(code, 1);
      await program.json('lti', 'add-consumer', 'viejo', ...decided);
      assert.match((await program.run(['lti', 'check', 'viejo'])).stderr, /is of LTI 1.1/);
    } finally {
      server.close();
    }
  },
);

withCampuses('O-10 a call without what is needed says what is missing', async (program) => {
  for (const [call, words] of [
    [['lti', 'invite', 'uni', '--client', 'lms'], /--linking is missing/],
    [['lti', 'invite', '--client', 'lms', '--linking', 'never'], /SLUG is missing/],
    [['lti', 'invite', 'uni', ...decided, '--expires', 'soon'], /--expires is a date/],
    [['lti', 'invite', 'uni', ...decided, '--set', 'nonsense'], /--set wants MEMBER=VALUE/],
    [['lti', 'add-platform', 'uni', ...decided], /--issuer is missing/],
    [['lti', 'reject', 'uni'], /--reason is missing/],
    [['lti', 'show'], /SLUG is missing/],
  ] as const) {
    const { code, stdout, stderr } = await program.run(call);
    assert.deepEqual([code, stdout], [2, ''], call.join(' '));
    assert.match(stderr, words);
  }
});
