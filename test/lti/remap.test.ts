/**
 * Launches of somebody whose identity an operator ties to another account at that moment.
 */
import assert from 'node:assert/strict';
import { remap } from '../../src/admin/remap.ts';
import { type RemapLine, readRemapFile } from '../../src/admin/remap-file.ts';
import { sql } from '../../src/store/database.ts';
import type { Page } from '../browser.ts';
import { isSignedIn, ownWays, signInByMail } from '../flows/own-ways.ts';
import { COURSE_SITE, forEachRig, type Rig } from '../rig.ts';
import { campusWith, trustEmails, withCampus } from './campus.ts';

const subOf = (page: Page): string => JSON.parse(page.text('claims-json')).userinfo.sub;

async function move(rig: Rig, account: string): Promise<string[]> {
  async function* file() {
    yield new TextEncoder().encode(`registration,subject,account\ncampus,ana-1,${account}\n`);
  }
  const { lines, digest }: { lines: readonly RemapLine[]; digest: string } = await readRemapFile(file());
  const { open, databases, clock } = rig;
  const dependencies = {
    ...{ environment: clock.environment, database: databases.durable, store: open.store, vault: open.vault },
    registrations: new Map([['campus', { deployments: null, subjectScope: 'platform', staff: [] } as const]]),
    offer: { vendorOf: () => null, isOn: () => true, mailReaches: () => true, addressOpens: true },
    tell: async () => [],
  };
  const outcomes = [];
  const request = { lines, digest, by: 'ana', reason: 'ticket 12', isDryRun: false };
  for await (const { outcome } of remap(dependencies, request)) outcomes.push(outcome);
  return outcomes;
}

const campus = campusWith(trustEmails);

forEachRig(
  'a launch while its identity is remapped signs in to one of the two accounts, and nobody stays where they have lost it',
  async (rig) => {
    const owner = rig.browser();
    assert.ok(isSignedIn(await signInByMail(rig, owner, 'ana@uni.mx')));
    const before = subOf(await campus.launch(rig.browser()));
    const other = rig.browser();
    assert.ok(isSignedIn(await signInByMail(rig, other, 'ana@casa.test')));
    const after = subOf(await other.get(`${COURSE_SITE}/login`));
    assert.notEqual(before, after);
    const [pages, outcomes] = await Promise.all([
      Promise.all(Array.from({ length: 20 }, () => campus.launch(rig.browser()))),
      move(rig, after),
    ]);
    assert.deepEqual(outcomes, ['moves']);
    for (const page of pages.filter(isSignedIn)) assert.ok([before, after].includes(subOf(page)));
    assert.deepEqual([await rig.count('users'), await rig.count('identities')], [2, 3]);
    const stray = await rig.databases.durable.all(sql`
      select sessions.user_id from sessions join identities on identities.id = sessions.identity_id
      where sessions.user_id <> identities.user_id`);
    assert.deepEqual(stray, []);
    assert.equal(subOf(await campus.launch(rig.browser())), after);
    // The account that lost it has its own way in, and the session that began with that.
    assert.equal(subOf(await owner.get(`${COURSE_SITE}/login`)), before);
  },
  withCampus(campus, ownWays),
);
