/**
 * One learner at an LMS: an account there and tokens to act for them, made once, whatever goes wrong in between.
 */
import assert from 'node:assert/strict';
import { forEachWorld, type World } from './world.ts';

const provisioned = async (world: World, userId: string) => (await world.connector()).provision(userId);

for (const backend of ['identityServer3', 'oidc'] as const) {
  forEachWorld(
    `a learner gets an account at the LMS and tokens, by ${backend}; a second time nothing is sent`,
    async (world) => {
      const ana = await world.learner('ana');
      const outcome = await provisioned(world, ana);
      assert.deepEqual(outcome, { kind: 'done', result: { account: 'made', tokens: 'made' } });
      const learner = await world.stored(ana);
      assert.equal(learner.account, 'created');
      const account = world.lms.account(learner.username ?? '');
      assert.deepEqual([account?.email, account?.name, account?.isActive], ['ana@uni.mx', 'ana Ruiz', true]);
      assert.deepEqual(world.lms.linksOf(learner.username ?? ''), [{ provider: backend, uid: ana }]);
      assert.deepEqual(world.lms.complaints, []);
      world.calls();
      const again = await provisioned(world, ana);
      assert.deepEqual(again, { kind: 'done', result: { account: 'was-there', tokens: 'was-there' } });
      assert.deepEqual(world.calls(), []);
    },
    { backend },
  );
}
