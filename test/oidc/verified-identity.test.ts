/**
 * What clients are told of an identity that a provider vouches for: only those to which the operator released it.
 */
import assert from 'node:assert/strict';
import type { Rig } from '../rig.ts';
import { appBrowser, authorizeAs, type ClientId, codeIn, redeem, userInfo, withClients } from './relying-party.ts';

async function learned(rig: Rig, clientId: ClientId, scope: string) {
  const answer = await authorizeAs(appBrowser(rig), clientId, 'nacional', { scope });
  const { access_token } = await redeem(rig, clientId, codeIn(answer));
  const { identity_verified, identity_verified_by } = (await (await userInfo(rig, access_token)).json()) as {
    readonly [claim: string]: unknown;
  };
  return [identity_verified, identity_verified_by];
}

withClients(
  'M-10 a verified identity is told with who verified it, to whom it was released, under the scope profile',
  async (rig) => {
    assert.deepEqual(await learned(rig, 'ministry', 'openid profile'), [true, 'llave-mx']);
    assert.deepEqual(await learned(rig, 'ministry', 'openid email'), [undefined, undefined]);
    assert.deepEqual(await learned(rig, 'web', 'openid profile'), [undefined, undefined]);
  },
  { moreRecord: ['enable_sso_id_verification: true'] },
);

withClients('an identity that nobody vouched for is told as what it is', async (rig) => {
  assert.deepEqual(await learned(rig, 'ministry', 'openid profile'), [false, undefined]);
});
