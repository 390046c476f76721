import assert from 'node:assert/strict';
import { createLocalJWKSet, decodeProtectedHeader, jwtVerify } from 'jose';
import { forEachStore } from '../../test/store-fixture.ts';
import { createKeySource } from '../oidc/key-source.ts';
import { KEY_ADVANCE, rotateKey } from '../oidc/keys.ts';
import { publicKeySet } from './key-set.ts';
import { createSignForCampus } from './sign.ts';

forEachStore(
  'what a campus is told is signed by the key of the moment, which stands in the published set',
  async ({ store, clock }) => {
    const keys = createKeySource(store.ltiKeys, clock);
    const sign = createSignForCampus(keys);
    const kidOf = async () => {
      const token = await sign({ iss: 'client' });
      const published = createLocalJWKSet(publicKeySet(await keys.current()) as never);
      const { payload, protectedHeader } = await jwtVerify(token, published);
      assert.deepEqual(payload, { iss: 'client' });
      assert.deepEqual(protectedHeader, { alg: 'RS256', typ: 'JWT', kid: decodeProtectedHeader(token).kid });
      return protectedHeader.kid;
    };
    assert.equal(await kidOf(), 'lti-rs256-1');
    await rotateKey(
      store.ltiKeys,
      { algorithm: 'RS256', begin: 'when clients have seen it', by: 'ana', reason: 'a test' },
      clock,
    );
    clock.advance(KEY_ADVANCE - 1);
    assert.equal(await kidOf(), 'lti-rs256-1', 'not before platforms can have seen the next');
    clock.advance(1);
    assert.equal(await kidOf(), 'lti-rs256-2');
  },
);
