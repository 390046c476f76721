/**
 * By what a client knows people: `sub`, public or its own (OpenID Connect Core §8), and what it is told as their name.
 */
import assert from 'node:assert/strict';
import { sql } from '../../src/store/database.ts';
import type { Rig } from '../rig.ts';
import {
  appBrowser,
  authorizationUrl,
  authorizeAs,
  type ClientId,
  claimsIn,
  clientsInYaml,
  codeIn,
  redeem,
  userInfo,
  withClients,
  withClientsOnEachDatabase,
} from './relying-party.ts';

async function known(rig: Rig, clientId: ClientId, person = 'nacional', browser = appBrowser(rig)) {
  const scope = 'openid profile email';
  const tokens = await redeem(rig, clientId, codeIn(await authorizeAs(browser, clientId, person, { scope })));
  const told = (await (await userInfo(rig, tokens.access_token)).json()) as Record<string, unknown>;
  const { sub } = claimsIn(tokens.id_token);
  assert.equal(told.sub, sub, 'OpenID Connect Core §5.3.2');
  return { sub: String(sub), name: told.preferred_username, idToken: tokens.id_token, browser };
}

const userId = async (rig: Rig) => String((await rig.databases.durable.get(sql`select id from users`))?.id);

/** Of the client that is apart: the only one with such lines. */
const as = (line: string, changed: string) => ({ moreClients: clientsInYaml().replace(line, changed) });

withClientsOnEachDatabase(
  'OpenID Connect Core §8.1 a pairwise client knows people by a sub that is its own, the same each time',
  async (rig) => {
    const [first, again, elsewhere] = [await known(rig, 'apart'), await known(rig, 'apart'), await known(rig, 'web')];
    assert.equal(again.sub, first.sub);
    assert.notEqual(first.sub, elsewhere.sub);
    assert.equal(elsewhere.sub, await userId(rig));
    assert.match(first.sub, /^[\w-]{40,}$/);
    assert.notEqual((await known(rig, 'apart', 'formato-antiguo')).sub, first.sub);
  },
);

withClients('a hint, and a sub that is insisted on, are compared with the sub that the client knows', async (rig) => {
  const { sub, idToken, browser } = await known(rig, 'apart');
  const silently = async (changes: Record<string, string>) =>
    (await browser.get(authorizationUrl('apart', { prompt: 'none', ...changes }))).url.searchParams;
  const insisting = (value: string) => ({ claims: JSON.stringify({ id_token: { sub: { value } } }) });
  assert.ok((await silently({ id_token_hint: idToken })).has('code'));
  assert.ok((await silently(insisting(sub))).has('code'));
  assert.equal((await silently(insisting(await userId(rig)))).get('error'), 'login_required');
});

withClients('whoever was told keeps the sub that they know, whatever their document says since', async (rig) => {
  const before = await known(rig, 'apart');
  await rig.configure(as('subject_type: pairwise', 'subject_type: public'));
  assert.equal((await known(rig, 'apart')).sub, before.sub);
  const newcomer = await known(rig, 'apart', 'formato-antiguo');
  const users = await rig.databases.durable.all(sql`select id from users`);
  assert.ok(users.some(({ id }) => id === newcomer.sub));
});

withClients('username_format sub: the name is the sub that this client knows', async (rig) => {
  const { sub, name } = await known(rig, 'apart');
  assert.equal(name, sub);
});

withClients('username_format username: the name of the account, of the form that Open edX takes', async (rig) => {
  assert.match(String((await known(rig, 'web')).name), /^[A-Za-z0-9_-]{2,30}$/);
});

const byEmail = as('username_format: sub', 'username_format: email');

withClients(
  'username_format email: the verified primary address, and nothing where there is none',
  async (rig) => {
    assert.equal((await known(rig, 'apart')).name, 'citlali.robledo@example.com');
    // Whoever only says an address must not be taken for who has it.
    const answer = await authorizeAs(appBrowser(rig), 'apart', 'nacional', { scope: 'openid profile email' });
    await rig.databases.durable.run(sql`update emails set verified_at = null, verified_by = null`);
    const tokens = await redeem(rig, 'apart', codeIn(answer));
    const told = (await (await userInfo(rig, tokens.access_token)).json()) as Record<string, unknown>;
    assert.equal(told.email_verified, false);
    assert.ok(!('preferred_username' in told));
  },
  byEmail,
);
