/**
 * Two of everything: platforms with one issuer, deployments of each, logins of one browser. What is of one is worth nothing at the other
 * (lti.md §3.5, §3.8, §5.2 chains 7 and 12).
 */
import assert from 'node:assert/strict';
import { SignInError } from '../../src/errors.ts';
import { begin, claimsOf, codeOn, finish, jwkOf, LTI, rsaKey, serveKeys, signed } from './platform.ts';
import { CAMPUS, type LtiWorld, platformWith, withOneLtiWorld } from './world.ts';

const [keyOfA, keyOfB] = [rsaKey('k1'), rsaKey('k1')];
/** One issuer, as of two self-hosted installations that nobody gave a name (lti.md §4). */
const twins = {
  platforms: [
    platformWith({ slug: 'a', client_id: 'client-a', deployment_ids: ['1'] }),
    platformWith({ slug: 'b', client_id: 'client-b', deployment_ids: ['2'], jwks_uri: 'https://b.example/jwks' }),
  ],
};

function serveBoth(world: LtiWorld): void {
  world.serve(async ({ url }) => ({
    ...{ status: 200, headers: {} },
    body: JSON.stringify({ keys: [jwkOf(url.host === 'b.example' ? keyOfB : keyOfA)] }),
  }));
}

type Sent = { readonly of: string; readonly aud: string; readonly key: typeof keyOfA; readonly deployment: string };

async function launchAs(world: LtiWorld, { of, aud, key, deployment }: Sent): Promise<string> {
  serveBoth(world);
  const browser = world.browser();
  const { state, nonce } = await begin(browser, { client_id: of });
  const token = await signed(claimsOf(world, nonce, { aud, [`${LTI}/deployment_id`]: deployment }), key);
  return codeOn(await finish(browser, { state, id_token: token }));
}

const ofA: Sent = { of: 'client-a', aud: 'client-a', key: keyOfA, deployment: '1' };
const ofB: Sent = { of: 'client-b', aud: 'client-b', key: keyOfB, deployment: '2' };

withOneLtiWorld(
  'cases 83, J-15: one issuer with two clients and two key sets is two campuses',
  twins,
  async (world) => {
    assert.equal(await launchAs(world, ofA), 'received');
    assert.equal(await launchAs(world, ofB), 'received');
    const who = world.launches.map(({ registration, subject }) => [registration, subject]);
    assert.deepEqual(who, [
      ['a', 'ana'],
      ['b', 'ana'],
    ]);
  },
);

withOneLtiWorld(
  'cases 37, J-06: the keys of one are not those of the other, nor its audience',
  twins,
  async (world) => {
    for (const changes of [{ key: keyOfB }, { aud: 'client-b' }, { aud: 'client-b', key: keyOfB }]) {
      assert.equal(await launchAs(world, { ...ofA, ...changes }), 'lti_launch_unverified', JSON.stringify(changes));
    }
    assert.equal(world.launches.length, 0);
  },
);

withOneLtiWorld(
  'cases 46, J-05: a deployment is one of its own client, whoever shares the issuer',
  twins,
  async (world) => {
    assert.equal(await launchAs(world, { ...ofA, deployment: '2' }), 'lti_deployment_unknown');
    assert.equal(await launchAs(world, { ...ofB, deployment: '1' }), 'lti_deployment_unknown');
    assert.ok(world.logged.some(({ code, detail }) => code === 'lti_deployment_unknown' && detail === 'a'));
  },
);

withOneLtiWorld(
  'cases 44, J-04: the nonce of another login of the same browser is none, and ends the login that it was tried on',
  { platforms: [platformWith({})] },
  async (world) => {
    serveKeys(world, [jwkOf(keyOfA)]);
    const browser = world.browser();
    const [first, second] = [await begin(browser), await begin(browser)];
    const crossed = await signed(claimsOf(world, second.nonce), keyOfA);
    assert.equal(codeOn(await finish(browser, { state: first.state, id_token: crossed })), 'lti_launch_unverified');
    assert.equal(codeOn(await finish(browser, { state: second.state, id_token: crossed })), 'received');
    const own = await signed(claimsOf(world, first.nonce), keyOfA);
    assert.equal(codeOn(await finish(browser, { state: first.state, id_token: own })), 'lti_launch_replayed');
  },
);

withOneLtiWorld(
  'case J-09: kept keys serve through an outage of an hour, and for a day at most',
  { platforms: [platformWith({})] },
  async (world) => {
    const launch = async () => {
      const browser = world.browser();
      const { state, nonce } = await begin(browser);
      return codeOn(await finish(browser, { state, id_token: await signed(claimsOf(world, nonce), keyOfA) }));
    };
    serveKeys(world, [jwkOf(keyOfA)]);
    assert.equal(await launch(), 'received');
    world.serve(async () => {
      throw new SignInError('provider_timeout', 'no answer in time');
    });
    world.clock.advance(23 * 3_600_000);
    assert.equal(await launch(), 'received');
    world.clock.advance(3_600_000);
    assert.equal(await launch(), 'provider_timeout');
    assert.equal(CAMPUS, world.calls[0]?.origin);
  },
);
