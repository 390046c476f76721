/**
 * OpenID Connect Core §5.1: what people said of themselves reaches the clients to which the operator released it, and no other.
 */
import assert from 'node:assert/strict';
import type { Rig } from '../rig.ts';
import {
  appBrowser,
  authorizationUrl,
  type ClientId,
  codeIn,
  redeem,
  signInAs,
  userInfo,
  withClients,
} from './relying-party.ts';

const registration =
  '{ verify_email: false, fields: { family_name: required, username: required, country: required, city: optional, ' +
  'language: required, year_of_birth: required, gender: optional, goals: optional } }';
const said = {
  ...{ family_name: 'Chan', username: 'lupita', country: 'MX', city: 'Mérida', language: 'fr' },
  ...{ year_of_birth: '2001', gender: 'f', goals: 'Aprender' },
};

async function learned(rig: Rig, clientId: ClientId, scope: string, fields: typeof said | null) {
  const browser = appBrowser(rig);
  let page = await signInAs(browser, await browser.get(authorizationUrl(clientId, { scope })), 'cuenta-basica');
  if (fields !== null) page = await browser.submit(page, 'submit', fields);
  const { access_token } = await redeem(rig, clientId, codeIn(page.url));
  const claims = (await (await userInfo(rig, access_token)).json()) as { [claim: string]: unknown };
  return without(claims, 'sub', 'updated_at');
}

const without = (claims: { readonly [claim: string]: unknown }, ...left: readonly string[]) =>
  Object.fromEntries(Object.entries(claims).filter(([claim]) => !left.includes(claim)));

withClients(
  'what a person said is told to whom it was released, under its scope, and to nobody else',
  async (rig) => {
    const profile = { preferred_username: 'lupita', name: 'Lupita Chan', given_name: 'Lupita', family_name: 'Chan' };
    const told = { ...profile, birthdate: '2001', gender: 'female', locale: 'fr', identity_verified: false };
    const address = { locality: 'Mérida', country: 'MX' };
    assert.deepEqual(await learned(rig, 'ministry', 'openid profile address', said), { ...told, address });
    assert.deepEqual(await learned(rig, 'ministry', 'openid profile', null), told);
    const toWeb = without(told, 'gender', 'identity_verified');
    assert.deepEqual(await learned(rig, 'web', 'openid profile', null), toWeb);
    assert.deepEqual(await learned(rig, 'bare', 'openid profile', null), {});
  },
  { registration },
);

withClients('a client to which no address was released may not ask for the scope of addresses', async (rig) => {
  const page = await appBrowser(rig).get(authorizationUrl('web', { scope: 'openid address' }));
  assert.notEqual(page.url.pathname, '/sign-in');
});
