/**
 * What clients see of two accounts that were merged, and of the undo: each goes on with the `sub` that it knew (DESIGN §6.5).
 */

import assert from 'node:assert/strict';
import { randomName } from '../../src/crypto.ts';
import { createSubjects } from '../../src/oidc/subjects.ts';
import { sql } from '../../src/store/database.ts';
import { lenientRules } from '../../src/users/merge.fixture.ts';
import { createMerging } from '../../src/users/merge.ts';
import { unmerge } from '../../src/users/unmerge.ts';
import type { TestBrowser } from '../browser.ts';
import type { Rig } from '../rig.ts';
import { lms, me, tokenFor } from './legacy.ts';
import {
  APP,
  appBrowser,
  authorizationUrl,
  authorizeAs,
  type ClientId,
  claimsIn,
  clientsInYaml,
  codeIn,
  errorOf,
  LOG_OUT,
  redeem,
  redemption,
  userInfo,
  withClients,
  withClientsOnEachDatabase,
} from './relying-party.ts';

const [ANA, BEA] = ['nacional', 'extranjero'];

/** What a client is told about whoever is signed in, or signs in as this person: the same in token and user info. */
async function subAt(rig: Rig, browser: TestBrowser, clientId: ClientId, person: string): Promise<unknown> {
  const { id_token, access_token } = await tokensAt(rig, browser, clientId, person);
  const { sub } = claimsIn(id_token);
  const info = await userInfo(rig, access_token);
  assert.equal(((await info.json()) as { sub: unknown }).sub, sub, 'OpenID Connect Core §5.3.2');
  return sub;
}

async function tokensAt(rig: Rig, browser: TestBrowser, clientId: ClientId, person: string) {
  const page = await browser.get(authorizationUrl(clientId, { prompt: 'none' }));
  const answer = page.url.searchParams.has('code') ? page.url : await authorizeAs(browser, clientId, person);
  return redeem(rig, clientId, codeIn(answer));
}

interface Two {
  readonly ana: {
    readonly browser: TestBrowser;
    readonly id: string;
    readonly atWeb: Awaited<ReturnType<typeof redeem>>;
  };
  readonly bea: { readonly browser: TestBrowser; readonly id: string };
}

/** The web app knows Ana only, the other one both, the ministry nobody. */
async function two(rig: Rig): Promise<Two> {
  const [ana, bea] = [appBrowser(rig), appBrowser(rig)];
  const atWeb = await tokensAt(rig, ana, 'web', ANA);
  const anasId = String(await subAt(rig, ana, 'other', ANA));
  assert.equal(claimsIn(atWeb.id_token).sub, anasId, 'until a merge it is the same for all');
  return {
    ana: { browser: ana, id: anasId, atWeb },
    bea: { browser: bea, id: String(await subAt(rig, bea, 'other', BEA)) },
  };
}

const cause = { by: { kind: 'operator', name: 'support' }, reason: 'test', reference: null, also: () => [] } as const;

async function merge(rig: Rig, retiredId: string, survivorId: string, forgets = true): Promise<string> {
  const { databases, vault, store } = rig.open;
  const forgetful = { ...store, oidcRecords: { ...store.oidcRecords, deleteOfAccount: async () => {} } };
  const merging = createMerging({
    ...{ environment: rig.clock.environment, database: databases.durable, vault, participants: [] },
    ...{ store: forgets ? store : forgetful, rules: async () => lenientRules },
  });
  const mergeId = randomName(rig.clock.environment);
  const result = await merging.merge({ ...cause, mergeId, retiredId, survivorId, choices: {}, agreedTo: null });
  assert.ok(result.kind === 'merged', JSON.stringify(result));
  return result.mergeId;
}

async function undo(rig: Rig, mergeId: string): Promise<void> {
  const { databases, vault, store } = rig.open;
  const dependencies = {
    environment: rig.clock.environment,
    database: databases.durable,
    store,
    vault,
    participants: [],
  };
  assert.equal((await unmerge(dependencies, { ...cause, mergeId })).kind, 'unmerged');
}

withClientsOnEachDatabase(
  'V-08: after a merge each client goes on with the sub that it knew, in tokens and user info',
  async (rig) => {
    const { ana, bea } = await two(rig);
    await merge(rig, ana.id, bea.id);
    assert.deepEqual(
      [
        await subAt(rig, bea.browser, 'web', BEA),
        await subAt(rig, bea.browser, 'other', BEA),
        await subAt(rig, bea.browser, 'ministry', BEA),
      ],
      [ana.id, bea.id, bea.id],
    );
    // And whoever signs in the way Ana did is in the one account, under the same subs.
    const again = appBrowser(rig);
    assert.deepEqual([await subAt(rig, again, 'web', ANA), await subAt(rig, again, 'other', ANA)], [ana.id, bea.id]);
  },
);

withClientsOnEachDatabase('after an undo each client knows each of the two as before', async (rig) => {
  const { ana, bea } = await two(rig);
  const mergeId = await merge(rig, ana.id, bea.id);
  await subAt(rig, bea.browser, 'web', BEA);
  await undo(rig, mergeId);
  const [one, other] = [appBrowser(rig), appBrowser(rig)];
  for (const clientId of ['web', 'other', 'ministry'] as const) {
    assert.deepEqual(
      [await subAt(rig, one, clientId, ANA), await subAt(rig, other, clientId, BEA)],
      [ana.id, bea.id],
      clientId,
    );
  }
});

for (const forgets of [true, false]) {
  const when = forgets ? '' : ', also when the second part of the merge was lost';
  withClientsOnEachDatabase(
    `H-06: nothing that the retired account was given works after the merge${when}`,
    async (rig) => {
      const { ana, bea } = await two(rig);
      const answer = await ana.browser.get(authorizationUrl('web', { prompt: 'none' }));
      const code = codeIn(answer.url);
      await merge(rig, ana.id, bea.id, forgets);
      assert.equal(await errorOf(await rig.broker(redemption('web', code))), '400 invalid_grant');
      assert.equal(await errorOf(await userInfo(rig, ana.atWeb.access_token)), '401 invalid_token');
      const asked = await ana.browser.get(authorizationUrl('web', { prompt: 'none' }));
      assert.equal(asked.url.searchParams.get('error'), 'login_required');
      assert.equal(
        (await bea.browser.get(authorizationUrl('other', { prompt: 'none' }))).url.searchParams.has('code'),
        true,
      );
    },
  );
}

withClients(
  'A-32: a hint names the person by the sub that its client knows, and no client another one\u2019s',
  async (rig) => {
    const { ana, bea } = await two(rig);
    const anaAtOther = (await tokensAt(rig, ana.browser, 'other', ANA)).id_token;
    await merge(rig, ana.id, bea.id);
    const ask = async (clientId: ClientId, hint: string) => {
      const { url } = await bea.browser.get(authorizationUrl(clientId, { prompt: 'none', id_token_hint: hint }));
      return url.searchParams.get('error') ?? 'code';
    };
    assert.equal(await ask('web', ana.atWeb.id_token), 'code', 'the web app knew Ana, and Bea is who she is now');
    // The other one knew both: the sub of its older token is nobody\u2019s any more, and it was told so.
    assert.equal(await ask('other', anaAtOther), 'login_required');
    assert.equal(await ask('other', (await tokensAt(rig, bea.browser, 'other', BEA)).id_token), 'code');
  },
);

withClients(
  'A-34: a log-out with the hint that the client has ends the session of the merged account at once',
  async (rig) => {
    const { ana, bea } = await two(rig);
    await merge(rig, ana.id, bea.id);
    const url = new URL(LOG_OUT);
    url.searchParams.set('id_token_hint', ana.atWeb.id_token);
    url.searchParams.set('post_logout_redirect_uri', `${APP}/cb/signed-out`);
    const page = await bea.browser.get(url);
    assert.equal(page.url.origin + page.url.pathname, `${APP}/cb/signed-out`);
    assert.equal(await rig.count('sessions'), 0);
  },
);

withClients(
  'a client is told of a person when it gets their token, and a request that only compares tells nothing',
  async (rig) => {
    const browser = appBrowser(rig);
    const told = async () =>
      (await rig.databases.durable.all(sql`select client_id from client_subjects`)).map((row) => row.client_id);
    const answer = await authorizeAs(browser, 'web', ANA, { scope: 'openid' });
    assert.deepEqual(await told(), [], 'a code alone says nothing');
    const { id_token } = await redeem(rig, 'web', codeIn(answer));
    assert.deepEqual(await told(), ['web']);
    await browser.get(authorizationUrl('web', { prompt: 'none', id_token_hint: id_token }));
    await browser.get(authorizationUrl('ministry', { prompt: 'none' }));
    assert.deepEqual(await told(), ['web']);
    await tokensAt(rig, browser, 'web', ANA);
    assert.deepEqual(await told(), ['web'], 'written once');
  },
);

withClients('an account that ends while a token is made for it gets none', async (rig) => {
  const { ana } = await two(rig);
  await rig.databases.durable.run(sql`update users set state = 'disabled' where id = ${ana.id}`);
  const { store, vault } = rig.open;
  const { environment } = rig.clock;
  const subjects = createSubjects({ store, vault, environment, findClient: async () => null });
  await assert.rejects(subjects.tell('ministry', ana.id), { name: 'InvalidGrant' });
});

withClients(
  'ADR 0018: a client that knows people by a username goes on with the one that it knew, after a merge and its undo',
  async (rig) => {
    const as = async (person: string) => {
      const { id, username } = await me(rig, await tokenFor(rig, appBrowser(rig), person));
      return [id, username];
    };
    const { ana, bea } = await two(rig);
    const known = await as(ANA);
    assert.equal(known[0], ana.id);
    const mergeId = await merge(rig, ana.id, bea.id);
    assert.deepEqual([await as(BEA), await as(ANA)], [known, known]);
    await undo(rig, mergeId);
    assert.deepEqual(await as(ANA), known);
    const [beasId, beasName] = await as(BEA);
    assert.equal(beasId, bea.id);
    assert.notEqual(beasName, known[1]);
  },
  { moreClients: `${clientsInYaml()}${lms}` },
);

withClients(
  'ADR 0018: of a client that knew both by a username neither goes to somebody else',
  async (rig) => {
    const usernameOf = async (person: string) => (await me(rig, await tokenFor(rig, appBrowser(rig), person))).username;
    const { ana, bea } = await two(rig);
    const [anas, beas] = [await usernameOf(ANA), await usernameOf(BEA)];
    await merge(rig, ana.id, bea.id);
    assert.deepEqual([await usernameOf(ANA), await usernameOf(BEA)], [beas, beas]);
    const { databases } = rig.open;
    assert.notEqual(anas, beas);
    assert.equal(
      (await databases.durable.all(sql`select 1 from client_subjects where username = ${String(anas)}`)).length,
      1,
    );
  },
  { moreClients: `${clientsInYaml()}${lms}` },
);
