/**
 * E-10: what a step that an operator wrote is given: facts, as data, frozen, and nothing that opens anything.
 */
import assert from 'node:assert/strict';
import type { PipelineStep } from '../../src/sign-in/pipeline.ts';
import { defaultSteps } from '../../src/sign-in/steps.ts';
import { isSignedIn } from '../flows/own-ways.ts';
import { COURSE_SITE_SECRET, DEPLOYMENT_SECRET, type RigOptions, withOneRig } from '../rig.ts';

const given: unknown[] = [];
const curious: PipelineStep = {
  name: 'curious',
  decide(...everything) {
    given.push(this, ...everything);
    return { kind: 'pass', reason: 'looked-around' };
  },
};

/** Everything that can be reached from these values, each once. */
function reachableFrom(values: readonly unknown[]): Set<unknown> {
  const seen = new Set<unknown>();
  const walk = (value: unknown): void => {
    if (seen.has(value)) return;
    seen.add(value);
    if (typeof value !== 'object' || value === null) return;
    for (const key of Reflect.ownKeys(value)) walk(Reflect.get(value, key));
  };
  values.forEach(walk);
  return seen;
}

const options: Partial<RigOptions> = { mode: 'web', steps: [curious, ...defaultSteps] };

withOneRig(
  'E-10 a step sees facts alone: no function, no secret, no token and no session, and it can change none of them',
  async (rig) => {
    given.length = 0;
    const browser = rig.browser();
    assert.ok(isSignedIn(await rig.signIn(browser, 'nacional')));
    assert.ok(isSignedIn(await rig.signIn(rig.browser(), 'nacional')));
    const facts = given.filter((one) => one !== curious);
    const reached = [...reachableFrom(facts)];
    assert.ok(reached.length > 50, 'facts were given');
    assert.deepEqual(
      reached.filter((value) => typeof value === 'function'),
      [],
    );
    const objects = reached.filter((value) => typeof value === 'object' && value !== null);
    assert.ok(objects.every(Object.isFrozen), 'something can be changed');

    const text = JSON.stringify(facts);
    const secrets = [
      DEPLOYMENT_SECRET,
      COURSE_SITE_SECRET,
      'practice-llave-mx-client-secret',
      'practice-web-service-password',
    ];
    // Of the others one names the provider that was used last, and one repeats the address of the page that it is for.
    const cookies = browser
      .cookies('broker.test')
      .filter(({ name }) => /-(session|device|sign-in-.+)$/.test(name))
      .map(({ value }) => value);
    const tokens = rig.llaveMx.requests.flatMap(({ headers, body }) => {
      const code = /"code"\s*:\s*"([^"]+)"/.exec(body)?.[1];
      return [headers.authorization?.split(' ')[1], headers.accesstoken, code].filter((one) => one !== undefined);
    });
    assert.ok(cookies.length > 0 && tokens.length > 0, 'there is something to look for');
    for (const secret of [...secrets, ...cookies, ...tokens])
      assert.ok(!text.includes(secret), 'a secret is within reach');
  },
  options,
);
