/**
 * One learner at an LMS: an account there and tokens to act for them, made once, whatever goes wrong in between.
 */
import assert from 'node:assert/strict';
import { sql } from '../../src/store/database.ts';
import type { LearnerFailure, LearnerPart } from '../../src/store/open-edx-learners.ts';
import { forEachWorld, LMS, recordOf, type World, withOneWorld } from './world.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const REGISTRATION = '/user_api/v1/account/registration/';
const provisioned = async (world: World, userId: string) => (await world.connector()).provision(userId);

async function failureOf(world: World, userId: string): Promise<LearnerFailure> {
  const outcome = await provisioned(world, userId);
  assert.ok(outcome.kind === 'failed', JSON.stringify(outcome));
  return outcome.failure;
}

async function assertReady(world: World, userId: string, account: 'made' | 'was-there' = 'made') {
  assert.deepEqual(await provisioned(world, userId), { kind: 'done', result: { account, tokens: 'made' } });
  const { username, failure, tries } = await world.stored(userId);
  assert.deepEqual([failure, tries], [null, 0]);
  return world.lms.account(username ?? '') ?? assert.fail(`no account ${username}`);
}

const registrations = (world: World) => world.calls().filter((path) => path === REGISTRATION).length;
const learnersAtLms = (world: World) => world.lms.accounts.filter(({ username }) => username !== 'worker');

for (const backend of ['identityServer3', 'oidc'] as const) {
  forEachWorld(
    `a learner gets an account at the LMS and tokens, by ${backend}; a second time nothing is sent`,
    async (world) => {
      const ana = await world.learner('ana');
      const account = await assertReady(world, ana);
      assert.deepEqual([account.email, account.name, account.isActive], ['ana@uni.mx', 'ana Ruiz', true]);
      assert.deepEqual(world.lms.linksOf(account.username), [{ provider: backend, uid: ana }]);
      assert.deepEqual(world.lms.complaints, []);
      world.calls();
      const again = await provisioned(world, ana);
      assert.deepEqual(again, { kind: 'done', result: { account: 'was-there', tokens: 'was-there' } });
      assert.deepEqual(world.calls(), []);
    },
    { backend },
  );
}

withOneWorld('what was not released to the client of the LMS is not sent with a registration', async (world) => {
  await assertReady(world, await world.learner('ana'));
  const sent = world.lms.requests.find(({ endpoint }) => endpoint === 'registration')?.body ?? '';
  const names = [...new URLSearchParams(sent).keys()].toSorted();
  assert.deepEqual(names, ['access_token', 'email', 'honor_code', 'name', 'provider', 'username']);
});

// ------------------------------------------------------------------------------------------------ accounts that are there

forEachWorld('a username that is taken gets what the LMS proposes, and the account is the learner’s', async (world) => {
  const ana = await world.learner('ana');
  const found = await world.rig.open.store.accounts.findUser(ana);
  world.lms.addAccount({ username: found?.user.username ?? '', email: 'other@uni.mx', name: 'Other' });
  const account = await assertReady(world, ana);
  assert.notEqual(account.username, found?.user.username);
  assert.equal(account.email, 'ana@uni.mx');
});

forEachWorld(
  'an active account with the learner’s address becomes theirs by a login, and is not made again',
  async (world) => {
    world.lms.addAccount({ username: 'old-ana', email: 'ANA@uni.mx', name: 'Ana', password: 'x' });
    const ana = await world.learner('ana');
    const account = await assertReady(world, ana);
    assert.equal(account.username, 'old-ana');
    assert.deepEqual(world.lms.linksOf('old-ana'), [{ provider: 'identityServer3', uid: ana }]);
    assert.equal(learnersAtLms(world).length, 1);
  },
);

forEachWorld(
  'an account that was never activated waits, is never given up, and is theirs once it is',
  async (world) => {
    world.lms.addAccount({ username: 'old-ana', email: 'ana@uni.mx', password: 'x', is_active: false });
    const ana = await world.learner('ana');
    for (let tries = 1; tries <= 8; tries += 1) {
      const failure = await failureOf(world, ana);
      assert.equal(failure.code, 'account-inactive');
      assert.ok(failure.retryAt !== null && failure.retryAt > world.rig.clock.environment.now());
      assert.equal((await world.stored(ana)).tries, tries);
    }
    world.lms.activate('old-ana');
    assert.equal((await assertReady(world, ana, 'was-there')).username, 'old-ana');
  },
);

withOneWorld(
  'without a service worker an account with the address is found by the login alone',
  async (world) => {
    world.lms.addAccount({ username: 'old-ana', email: 'ana@uni.mx', password: 'x' });
    assert.equal((await assertReady(world, await world.learner('ana'))).username, 'old-ana');
  },
  { openEdx: { service_worker: '' } },
);

forEachWorld('whoever is linked at the LMS already, under an address of before, keeps that account', async (world) => {
  const ana = await world.learner('ana');
  const { username } = await assertReady(world, ana);
  const { durable } = world.rig.databases;
  await durable.run(sql`update emails set address = 'ana2@uni.mx', address_key = 'ana2@uni.mx' where user_id = ${ana}`);
  await durable.run(sql`delete from open_edx_learners`);
  assert.equal((await assertReady(world, ana)).username, username);
  assert.equal(learnersAtLms(world).length, 1);
});

withOneWorld('a login that leads to another account than the one on record gives no tokens', async (world) => {
  const ana = await world.learner('ana');
  await assertReady(world, ana);
  await write(world, ana, { account: 'created', username: 'somebody-else' });
  assert.equal((await failureOf(world, ana)).code, 'account-mismatch');
  assert.equal((await world.stored(ana)).tokens, null);
});

forEachWorld('an account that is gone at the LMS, as after a restored backup, is made again', async (world) => {
  const ana = await world.learner('ana');
  await write(world, ana, { account: 'created', username: 'ana-of-before' });
  assert.equal((await failureOf(world, ana)).code, 'account-gone');
  await assertReady(world, ana);
});

async function write(world: World, userId: string, part: Pick<LearnerPart, 'account' | 'username'>): Promise<void> {
  const claim = await claimOf(world, userId);
  const written = { tokens: null, failure: null, tries: 0, ...part };
  assert.ok(await world.rig.open.store.openEdxLearners.release(claim, written, world.rig.clock.environment.now()));
}

async function claimOf({ rig }: World, userId: string) {
  const now = rig.clock.environment.now();
  const lease = { id: 'x', lease: 'held', until: now + HOUR };
  const claim = await rig.open.store.openEdxLearners.claim({ lms: 'campus', clientId: 'lms', userId }, lease, now);
  assert.ok(claim.kind === 'claimed');
  return claim;
}

// ------------------------------------------------------------------------------------------------------ what goes wrong

for (const openEdx of [{}, { service_worker: '' }]) {
  forEachWorld(
    `an answer that was lost after the account was made: it is found, and made once (${'service_worker' in openEdx ? 'no worker' : 'worker'})`,
    async (world) => {
      const ana = await world.learner('ana');
      world.onAnswer(({ url }) => {
        if (url.pathname === REGISTRATION) throw new TypeError('lost');
      });
      assert.equal((await failureOf(world, ana)).code, 'lms-unreachable');
      assert.equal((await world.stored(ana)).account, 'sent');
      world.onAnswer(null);
      world.calls();
      await assertReady(world, ana);
      assert.equal(learnersAtLms(world).length, 1);
      // Whoever can look does not spend another registration of the week.
      assert.equal(registrations(world), 'service_worker' in openEdx ? 1 : 0);
    },
    { openEdx },
  );
}

const misbehaviours = [
  [{ kind: 'html-from-load-balancer', status: 200 }, 'lms-unexpected'],
  [{ kind: 'html-from-load-balancer', status: 502 }, 'lms-unexpected'],
  [{ kind: 'status-500' }, 'lms-unexpected'],
  [{ kind: 'empty-body' }, 'lms-unexpected'],
  [{ kind: 'json-replaced', json: '{"success":true}' }, 'lms-unexpected'],
  [{ kind: 'json-replaced', json: '[]' }, 'lms-unexpected'],
  [{ kind: 'connection-lost' }, 'lms-unreachable'],
] as const;
for (const endpoint of ['registration', 'token', 'me'] as const) {
  for (const [how, code] of misbehaviours) {
    withOneWorld(
      `${endpoint} answers ${JSON.stringify(how)}: tried again later, and then all is well`,
      async (world) => {
        const ana = await world.learner('ana');
        world.lms.misbehave({ endpoint, how, times: 1 });
        const failure = await failureOf(world, ana);
        assert.equal(failure.code, code);
        assert.ok(failure.retryAt !== null);
        const outcome = await provisioned(world, ana);
        assert.equal(outcome.kind, 'done', JSON.stringify(outcome));
        assert.equal(learnersAtLms(world).length, 1);
      },
    );
  }
}

for (const endpoint of ['log-in', 'complete', 'authorize'] as const) {
  for (const status of [200, 502] as const) {
    withOneWorld(
      `a page of a load balancer with ${status} in the way of the walk at ${endpoint} ends it; the next gets through`,
      async (world) => {
        const ana = await world.learner('ana');
        world.lms.misbehave({ endpoint, how: { kind: 'html-from-load-balancer', status }, times: 1 });
        await failureOf(world, ana);
        assert.equal((await world.stored(ana)).account, 'created');
        await assertReady(world, ana, 'was-there');
      },
    );
  }
}

withOneWorld('mit-apps §5 [H]: that the LMS cannot read our user info is never a dead letter', async (world) => {
  const ana = await world.learner('ana');
  const { saveProvider } = world.lms;
  const record = recordOf('identityServer3');
  saveProvider({
    ...record,
    other_settings: { ...record.other_settings, user_info_url: 'https://broker.test/nowhere' },
  });
  let last = 0;
  for (let tries = 1; tries <= 10; tries += 1) {
    const { code, answer, retryAt } = await failureOf(world, ana);
    assert.deepEqual([code, answer], ['token-not-accepted', '400 tpa-invalid-access-token']);
    assert.equal((await world.stored(ana)).account, 'none', 'all of it was taken back');
    const wait = (retryAt ?? 0) - world.rig.clock.environment.now();
    assert.ok(wait >= last - 1000 && wait <= 24 * HOUR, `${wait}`);
    last = wait;
  }
  assert.equal(learnersAtLms(world).length, 0);
  saveProvider(record);
  await assertReady(world, ana);
});

forEachWorld(
  'refused by the LMS’s own count: nothing is sent any more, nothing is held against the learner',
  async (world) => {
    const [ana, eva] = [await world.learner('ana'), await world.learner('eva')];
    await assertReady(world, ana);
    world.calls();
    const failure = await failureOf(world, eva);
    assert.equal(failure.code, 'rate-limited');
    assert.equal((await world.stored(eva)).tries, 0);
    assert.equal(registrations(world), 1);
    assert.equal((await failureOf(world, eva)).code, 'rate-limited');
    assert.equal(registrations(world), 0);
    world.rig.clock.advance(7 * 24 * HOUR);
    await assertReady(world, eva);
  },
  { lms: { settings: { REGISTRATION_RATELIMIT: '1/7d' } } },
);

forEachWorld(
  'by our own count the LMS is never asked for more than it admits',
  async (world) => {
    const [ana, eva] = [await world.learner('ana'), await world.learner('eva')];
    await assertReady(world, ana);
    world.calls();
    assert.equal((await failureOf(world, eva)).code, 'rate-limited');
    assert.equal(registrations(world), 0);
    world.rig.clock.advance(7 * 24 * HOUR + MINUTE);
    await assertReady(world, eva);
  },
  { openEdx: { limits: '{ registrations_per_week: 1 }' } },
);

withOneWorld('a 429 with Retry-After is waited for, and the call is made then', async (world) => {
  const ana = await world.learner('ana');
  const how = { kind: 'refused', status: 429, body: '{}', contentType: 'application/json', retryAfter: 40 } as const;
  world.lms.misbehave({ endpoint: 'token', how, times: 1 });
  const before = world.rig.clock.environment.now();
  await assertReady(world, ana);
  assert.ok(world.rig.clock.environment.now() - before >= 40_000);
});

// ------------------------------------------------------------------------------------------ what only an operator can mend

for (const [what, options, code] of [
  [
    'takes no accounts from servers',
    { lms: { settings: { ENABLE_REQUIRE_THIRD_PARTY_AUTH: true } } },
    'registration-closed',
  ],
  ['takes no accounts at all', { lms: { settings: { ALLOW_PUBLIC_ACCOUNT_CREATION: false } } }, 'registration-closed'],
  ['knows another secret of ours', { openEdx: { api_client_secret: 'another-secret-of-ours' } }, 'api-client-refused'],
  ['has no such application', { openEdx: { api_client_id: 'nobody' } }, 'api-client-refused'],
  ['has no application of ours yet', { openEdx: { api_client_id: '' } }, 'not-configured'],
  ['asks people here', { client: { skip_authorization: 'false' } }, 'consent-needed'],
  ['is not released the address', { client: { claims: '[preferred_username, name]' } }, 'claims-not-released'],
  ['allows other providers', { client: { allowed_providers: '[llave-mx]' } }, 'provider-not-allowed'],
  ['is no client here', { openEdx: { client: 'nobody' } }, 'client-missing'],
] as const) {
  withOneWorld(
    `the LMS ${what}: ${code}, and nobody is to blame`,
    async (world) => {
      const ana = await world.learner('ana');
      assert.equal((await failureOf(world, ana)).code, code);
    },
    options,
  );
}

withOneWorld('an application that asks people is said to, and a login that is not begun', async (world) => {
  const ana = await world.learner('ana');
  world.lms.addApplication({
    ...{ name: 'Llavero', client_id: 'llavero', client_secret: 'practice-api-secret-0123456789', user: 'worker' },
    ...{ authorization_grant_type: 'authorization-code', skip_authorization: false },
    redirect_uris: 'https://broker.test/open-edx/campus/complete',
  });
  assert.equal((await failureOf(world, ana)).code, 'lms-consent-needed');
  world.lms.saveProvider({ ...recordOf('identityServer3'), enabled: false });
  assert.equal((await failureOf(world, ana)).code, 'login-refused');
});

withOneWorld(
  'an address that nobody verified never reaches an LMS: it would link whoever has it there',
  async (world) => {
    world.lms.addAccount({ username: 'the-dean', email: 'ana@uni.mx', password: 'x', is_staff: true });
    const mallory = await world.learner('ana', { verified: false });
    const failure = await failureOf(world, mallory);
    assert.deepEqual([failure.code, failure.retryAt], ['no-verified-email', null]);
    assert.deepEqual(world.calls(), []);
    assert.deepEqual(world.lms.linksOf('the-dean'), []);
  },
);

// ---------------------------------------------------------------------------------------------------------- many at once

forEachWorld(
  'of fifty who provision one learner in two processes one does; there is one registration, one walk, one account',
  async (world) => {
    const ana = await world.learner('ana');
    const [one, other] = [await world.connector(), await world.connector()];
    const outcomes = await Promise.all(
      Array.from({ length: 50 }, (_, index) => (index % 2 === 0 ? one : other).provision(ana)),
    );
    const kinds = Map.groupBy(outcomes, ({ kind }) => kind);
    assert.equal(kinds.get('failed'), undefined);
    assert.ok((kinds.get('done')?.length ?? 0) >= 1);
    const calls = world.calls();
    for (const path of [REGISTRATION, '/auth/login/identityServer3/', '/oauth2/authorize', '/oauth2/access_token']) {
      assert.equal(calls.filter((called) => called === path).length, 1, path);
    }
    assert.equal(learnersAtLms(world).length, 1);
    assert.ok((await world.stored(ana)).tokens);
  },
);

forEachWorld('of fifty who refresh the tokens of one learner one does: a refresh token is sent once', async (world) => {
  const ana = await world.learner('ana');
  await assertReady(world, ana);
  const before = (await world.stored(ana)).tokens;
  world.rig.clock.advance(11 * HOUR);
  world.calls();
  const connector = await world.connector();
  const outcomes = await Promise.all(Array.from({ length: 50 }, () => connector.tokensFor(ana)));
  assert.ok(outcomes.every(({ kind }) => kind === 'done' || kind === 'busy'));
  assert.deepEqual(world.calls(), ['/oauth2/access_token']);
  const after = (await world.stored(ana)).tokens;
  assert.notEqual(after?.refreshToken, before?.refreshToken);
  assert.notEqual(after?.accessToken, before?.accessToken);
});

forEachWorld('tokens that were swept, or whose refresh was lost, are got by another walk', async (world) => {
  const ana = await world.learner('ana');
  const { username } = await assertReady(world, ana);
  const connector = await world.connector();
  world.rig.clock.advance(11 * HOUR);
  world.lms.sweepTokens(username);
  world.lms.misbehave({ endpoint: 'log-in', how: { kind: 'status-500' }, times: 1 });
  assert.equal((await connector.tokensFor(ana)).kind, 'failed');
  assert.equal((await world.stored(ana)).tokens, null, 'what is worth nothing is not kept');
  assert.equal((await connector.tokensFor(ana)).kind, 'done');
  world.rig.clock.advance(11 * HOUR);
  world.onAnswer(({ url }) => {
    if (url.pathname === '/oauth2/access_token') throw new TypeError('lost');
  });
  const lost = await connector.tokensFor(ana);
  assert.ok(lost.kind === 'failed' && lost.failure.code === 'lms-unreachable');
  world.onAnswer(null);
  world.calls();
  const outcome = await connector.tokensFor(ana);
  assert.equal(outcome.kind, 'done');
  assert.ok(world.calls().includes('/auth/login/identityServer3/'));
});

// -------------------------------------------------------------------------------------------------------- dying in between

forEachWorld(
  'dying before or after any call to the LMS leaves one account and, in the end, its tokens',
  async (world) => {
    await assertReady(world, await world.learner('trial'));
    const calls = world.calls().length;
    assert.ok(calls >= 7, `${calls}`);
    for (let call = 1; call <= calls; call += 1) {
      for (const when of ['onCall', 'onAnswer'] as const) {
        const name = `n${call}${when.toLowerCase()}`;
        const userId = await world.learner(name);
        let count = 0;
        const { promise: died, resolve: die } = Promise.withResolvers<'died'>();
        world[when](() => {
          count += 1;
          if (count !== call) return;
          die('died');
          // What a killed process does next: nothing, not even giving back what it held.
          return new Promise(() => {});
        });
        assert.equal(await Promise.race([provisioned(world, userId), died]), 'died', name);
        world[when](null);
        assert.deepEqual(await provisioned(world, userId), { kind: 'busy' }, name);
        world.rig.clock.advance(15 * MINUTE);
        const outcome = await provisioned(world, userId);
        assert.equal(outcome.kind, 'done', `${name}: ${JSON.stringify(outcome)}`);
        const accounts = world.lms.accounts.filter(({ email }) => email === `${name}@uni.mx`);
        assert.equal(accounts.length, 1, name);
        assert.deepEqual(
          world.lms.linksOf(accounts[0]?.username ?? ''),
          [{ provider: 'identityServer3', uid: userId }],
          name,
        );
        world.rig.clock.advance(7 * 24 * HOUR);
      }
    }
  },
);

forEachWorld('whoever was thought dead and comes back writes nothing over what was done since', async (world) => {
  const ana = await world.learner('ana');
  const { promise: held, resolve: goOn } = Promise.withResolvers<void>();
  const { promise: reached, resolve: reach } = Promise.withResolvers<void>();
  world.onAnswer(({ url }) => {
    if (url.pathname !== '/oauth2/access_token') return;
    reach();
    return held;
  });
  const slow = provisioned(world, ana);
  await reached;
  world.onAnswer(null);
  world.rig.clock.advance(15 * MINUTE);
  await assertReady(world, ana, 'was-there');
  const done = await world.stored(ana);
  goOn();
  assert.deepEqual(await slow, { kind: 'busy' });
  assert.deepEqual(await world.stored(ana), done);
});

withOneWorld('an LMS that leads elsewhere ends the walk, and nobody is called there', async (world) => {
  const ana = await world.learner('ana');
  const record = recordOf('identityServer3');
  world.lms.saveProvider({
    ...record,
    other_settings: { ...record.other_settings, auth_url: 'https://evil.test/oauth2/authorize' },
  });
  const failure = await failureOf(world, ana);
  assert.deepEqual([failure.code, failure.answer], ['walk-interrupted', 'led elsewhere']);
  world.lms.saveProvider(record);
  world.lms.misbehave({
    endpoint: 'log-in',
    how: { kind: 'redirect', location: `${LMS}/auth/login/identityServer3/` },
    times: 100,
  });
  assert.equal((await failureOf(world, ana)).answer, 'too many redirects');
});
