/**
 * O-07: a stored provider that this version cannot read, as a newer process beside this one leaves it, is off. It keeps
 * nobody from the others.
 */
import assert from 'node:assert/strict';
import type { JsonObject } from '../../src/model.ts';
import { assertRefused } from '../refusal.ts';
import { BROKER, forEachRig, type Rig } from '../rig.ts';

async function store(rig: Rig, document: JsonObject & { slug: string }): Promise<void> {
  const { configurationStore } = rig.open;
  const authorship = { by: 'a newer release', reason: 'test', at: rig.clock.environment.now() };
  const write = { kind: 'provider', name: document.slug, document } as const;
  assert.ok(
    (await configurationStore.saveChanges(await configurationStore.latestRevision(), [write], authorship)).saved,
  );
  rig.clock.advance(3000);
}

for (const [what, document] of [
  ['of a vendor that is not known', { slug: 'newer', vendor: 'not-yet-invented', enabled: true, settings: {} }],
  ['whose settings are not understood', { slug: 'newer', vendor: 'llave-mx', enabled: true, settings: { soon: 1 } }],
] as const) {
  forEachRig(
    `O-07 a provider ${what} is off and reported; people sign in with the others`,
    async (rig) => {
      await store(rig, document);
      const chooser = await rig.browser().get(`${BROKER}/sign-in`);
      assert.equal(chooser.status, 200);
      assert.equal(chooser.find('provider-newer'), null);
      assert.match((await rig.signIn(rig.browser(), 'nacional')).text('signed-in-as'), /Citlali/);

      const refused = await rig.browser().get(`${BROKER}/sign-in/newer`);
      assert.equal(refused.text('error-code'), 'provider_unknown');
      assert.equal((await rig.browser().get(`${BROKER}/no/such/page`)).status, 404);
      await assertRefused(
        rig,
        await rig.browser().get(`${BROKER}/callback/newer?code=x&state=${'A'.repeat(22)}`),
        'sign_in_unknown',
      );
      const reports = rig.logged.filter(({ event }) => event === 'configuration.problem');
      assert.deepEqual(
        reports.map(({ provider }) => provider),
        ['newer'],
      );
    },
    {},
    ['SQLite in memory'],
  );
}
