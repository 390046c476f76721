/**
 * One person, one account, as a newcomer plays it in the demo: a guest who makes the work their own, ties a second way of
 * signing in to it, and somebody else who has two accounts of which nobody can tell which is meant, until support has.
 */
import assert from 'node:assert/strict';
import test from 'node:test';
import type { Page } from 'playwright-core';
import { refusals } from '../../src/errors.ts';
import { type Program, withProgram } from '../cli/program.ts';
import { assertNoBarriers, inChromium, withVisitor } from './chromium.ts';
import { type DemoWorld, withDemo } from './demo-world.ts';
import { signOut, subjectOn } from './walk.ts';

// One screen and one language: each page of it is looked at in all of them among the samples.
const context = { viewport: { width: 360, height: 740 }, locale: 'es-MX', isMobile: true };
const MAILBOX = 'lupita@uni.test';
const CONFLICT = refusals.account_conflict.status;
const WHY = ['--reason', 'called, and showed her papers'];

async function towards(page: Page, world: DemoWorld, slug: string): Promise<void> {
  await page.goto(world.courseSite);
  await page.getByTestId('sign-in').click();
  await page.getByTestId(`provider-${slug}`).click();
}

async function proveMailbox(page: Page, world: DemoWorld): Promise<void> {
  await page.getByTestId('email').fill(MAILBOX);
  await page.getByTestId('submit').click();
  await page.getByTestId('code').waitFor();
  await page.getByTestId('code').fill(world.codeFor(MAILBOX) ?? assert.fail('no mail has come'));
  await page.getByTestId('submit').click();
}

async function subjectIn(page: Page, world: DemoWorld): Promise<string> {
  await page.goto(world.courseSite);
  if ((await page.getByTestId('signed-in-as').count()) === 0) await page.getByTestId('sign-in').click();
  await page.getByTestId('signed-in-as').waitFor();
  return subjectOn(page);
}

/**
 * What a guest did becomes theirs, by an address; they connect one more way to sign in; and Llave MX, which says no address of
 * hers, leads to the account too once she has shown that it is hers.
 */
async function playGuest(page: Page, world: DemoWorld): Promise<void> {
  await towards(page, world, 'guest');
  await page.getByTestId('submit').click();
  await page.getByTestId('signed-in-as').waitFor();
  const guest = await subjectOn(page);

  await page.goto(`${world.broker}/account`);
  await page.getByTestId('keep-guest').click();
  await page.getByTestId('provider-email').click();
  await proveMailbox(page, world);
  await page.getByTestId('guest-work-mine').waitFor();
  await assertNoBarriers(page, 'whether a guest was they');
  await page.getByTestId('guest-work-mine').click();
  await page.waitForURL('**/account');
  await page.getByTestId('manage-identities').click();
  await page.getByTestId('connect').click();
  await page.getByTestId('provider-mit').click();
  await page.locator('[data-testid^=person-]').first().click();
  await page.getByTestId('disconnect-mit-2').waitFor();
  await assertNoBarriers(page, 'the ways to sign in');
  assert.equal(await subjectIn(page, world), guest, 'the same account, under a name of its own');
  await signOut(page);

  await towards(page, world, 'llave-mx');
  await page.getByTestId('person-cuenta-basica').click();
  await page.getByTestId('existing-account').waitFor();
  await assertNoBarriers(page, 'whether there is an account');
  await page.getByTestId('existing-account').click();
  await page.getByTestId('provider-email').waitFor();
  assert.doesNotMatch(await page.content(), /última vez|last time/, 'what she used last is what she comes from');
  await page.getByTestId('provider-email').click();
  await proveMailbox(page, world);
  await page.getByTestId('signed-in-as').waitFor();
  assert.equal(await subjectOn(page), guest, 'both ways lead to one account');
  await signOut(page);

  await towards(page, world, 'llave-mx');
  await page.getByTestId('person-cuenta-basica').click();
  await page.getByTestId('signed-in-as').waitFor();
  assert.equal(await subjectOn(page), guest, 'and nobody is asked again');
}

/** Teresa has two accounts with her CURP. She is let into neither before support has made them one. */
async function playConflict(page: Page, world: DemoWorld, support: Program): Promise<void> {
  await towards(page, world, 'llave-mx');
  await page.getByTestId('person-dos-cuentas').click();
  await page.getByTestId('case-number').waitFor();
  await assertNoBarriers(page, 'a conflict');
  const caseNumber = (await page.getByTestId('case-number').textContent()) ?? '';
  assert.equal(await page.getByTestId('error-code').textContent(), 'account_conflict');
  assert.doesNotMatch(await page.content(), /teresa|tere@|olmedo/i, 'nothing of the accounts is told');

  const { conflicts } = await support.json('conflict', 'list');
  assert.deepEqual([conflicts.length, conflicts[0].caseNumber, conflicts[0].candidates], [1, caseNumber, 2]);
  const merged = await support.json('user', 'merge', 'teresa-2019', 'teresa-2022', ...WHY, '--yes');
  await support.json('conflict', 'resolve', caseNumber, '--link', merged.survivor, ...WHY);
  assert.deepEqual((await support.json('conflict', 'list')).conflicts, []);
  await towards(page, world, 'llave-mx');
  await page.getByTestId('person-dos-cuentas').click();
  await page.getByTestId('signed-in-as').waitFor();
  const subject = await subjectOn(page);
  assert.equal(subject, merged.survivor);
  await signOut(page);

  // Two people after all: each has again what was theirs, and Llave MX goes on where it was tied to.
  await support.json('user', 'unmerge', merged.merge, ...WHY);
  for (const username of ['teresa-2019', 'teresa-2022']) {
    assert.equal((await support.json('user', 'show', username, ...WHY)).state, 'active', username);
  }
  await towards(page, world, 'llave-mx');
  await page.getByTestId('person-dos-cuentas').click();
  await page.getByTestId('signed-in-as').waitFor();
  assert.equal(await subjectOn(page), subject);
}

test('a newcomer plays the demo: guest, claim, a second way in, a conflict, a merge and its undo', (t) =>
  inChromium(t, (browser) =>
    withDemo((world) =>
      withProgram({ LLAVERO_DATABASE_URL: world.databaseUrl }, async (support) => {
        const options = { context, origins: world.origins };
        await withVisitor(browser, { ...options, refusals: [] }, ({ page }) => playGuest(page, world));
        await withVisitor(browser, { ...options, refusals: [CONFLICT] }, ({ page }) =>
          playConflict(page, world, support),
        );
      }),
    ),
  ));
