/**
 * What a launch leaves is written with the sign-in or not at all, once, in one durable transaction (DESIGN §5; R-01).
 */
import assert from 'node:assert/strict';
import { isSignedIn } from '../flows/own-ways.ts';
import { forEachRig, type Rig } from '../rig.ts';
import { countRows } from '../store-fixture.ts';
import { campusWith, createOnFirstLaunch, withCampus } from './campus.ts';

const campus = campusWith(createOnFirstLaunch);
const graded = {
  outcome: { serviceUrl: 'https://campus.test/outcomes', sourcedId: 'ana-at-quiz' },
} as const;

const tables = ['users', 'sessions', 'session_launches', 'score_places'];
const left = (rig: Rig) => Promise.all(tables.map((table) => countRows(rig.databases.durable, table)));

/** Which statements of what must last were written, one text for each time that the database had to make them durable. */
function watchWrites(rig: Rig): string[] {
  const writes: string[] = [];
  rig.breakDatabase(({ part, verb, text }) => {
    if (part === 'durable' && (verb === 'atomically' || /^\s*(insert|update|delete)/.test(text))) writes.push(text);
    return 'works';
  });
  return writes;
}

forEachRig(
  'a launch is one durable transaction, of somebody new, of somebody known, and in the session that is kept',
  async (rig) => {
    const writes = watchWrites(rig);
    const known = rig.browser();
    for (const browser of [known, rig.browser(), known]) {
      writes.length = 0;
      assert.ok(isSignedIn(await campus.launch(browser, graded)));
      // What follows is the app's: that it was given tokens; and before the first of all, the keys.
      const launching = writes.filter((text) => !/session_clients|client_subjects|signing_keys/.test(text));
      assert.equal(launching.length, 1, launching.join('\n\n'));
      for (const table of ['session_launches', 'score_places', 'audit_events']) {
        assert.ok(launching[0]?.includes(table), table);
      }
    }
    assert.deepEqual(await left(rig), [1, 2, 2, 1]);
  },
  withCampus(campus),
);

for (const fate of ['fails before', 'fails after'] as const) {
  forEachRig(
    `R-01 a launch whose commit ${fate} its work: nothing is half there, and whoever asks again is let in with all of it, once`,
    async (rig) => {
      for (const kept of [false, true]) {
        const browser = rig.browser();
        if (kept) assert.ok(isSignedIn(await campus.launch(browser, { subject: 'kept' })));
        const before = await left(rig);
        let isBroken = false;
        rig.breakDatabase(({ verb, text }) => {
          if (isBroken || verb !== 'atomically' || !text.includes('session_launches')) return 'works';
          isBroken = true;
          return fate;
        });
        const subject = kept ? 'kept' : 'fresh';
        const lost = await campus.launch(browser, { ...graded, subject });
        assert.equal(lost.text('error-code'), 'store_unavailable');
        rig.breakDatabase(null);
        const added = kept ? [0, 0, 0, 1] : [1, 1, 1, 1];
        const after = before.map((count, index) => count + (added[index] ?? 0));
        assert.deepEqual(await left(rig), fate === 'fails before' ? before : after);
        const ends = await Promise.all([1, 2, 3].map(() => browser.get(lost.url, { follow: false })));
        for (const end of ends) assert.equal(end.status, 303);
        const end = await browser.get(lost.url);
        assert.ok(isSignedIn(end), end.body);
        assert.deepEqual(await left(rig), after);
      }
    },
    withCampus(campus),
  );
}

forEachRig(
  'sessions that are ended while their person launches in them: no launch fails, and the next one is let in',
  async (rig) => {
    const browsers = Array.from({ length: 6 }, () => rig.browser());
    await Promise.all(browsers.map((browser) => campus.launch(browser, graded)));
    const [user = assert.fail()] = await rig.open.store.accounts
      .findIdentity('lti:campus', 'ana-1')
      .then((found) => [found?.user.id]);
    const end = async () => {
      for (const { idHash } of await rig.open.store.sessions.ofUser(user, rig.clock.environment.now())) {
        await rig.open.store.sessions.end(idHash, rig.clock.environment.now());
      }
    };
    await Promise.all([
      ...browsers.flatMap((browser) => [campus.launch(browser, graded), campus.launch(browser, graded)]),
      ...Array.from({ length: 6 }, end),
    ]);
    const errors = rig.logged.filter(({ code }) => code === 'internal_error');
    assert.deepEqual(errors, []);
    for (const browser of browsers) assert.ok(isSignedIn(await campus.launch(browser, graded)));
    assert.equal(await rig.count('users'), 1);
    assert.equal(await countRows(rig.databases.durable, 'score_places'), 1);
  },
  withCampus(campus),
);
