/**
 * Floods of requests that anybody can send: each leaves something stored, so their number is bounded by client address.
 */
import assert from 'node:assert/strict';
import { floodLimits } from '../../src/limits/limits.ts';
import { sql } from '../../src/store/database.ts';
import { assertRefusalPage, assertRefused } from '../refusal.ts';
import { BROKER, COURSE_SITE, forEachRig, type Rig, withOneRig } from '../rig.ts';

const MINUTE = 60_000;
const ATTACKER = '203.0.113.9';

/** Asks so many times for a page, fifty at once, each time with other things that a client may write. */
async function flood(rig: Rig, path: string, times: number): Promise<Map<number, number>> {
  const statuses = new Map<number, number>();
  async function ask(number: number): Promise<void> {
    const hops = `198.51.100.${number % 250}, ${ATTACKER}`;
    const headers = { 'x-forwarded-for': hops, 'x-real-ip': `198.51.100.${number % 250}` };
    const { status } = await rig.broker(new Request(`${BROKER}${path}`, { headers }));
    statuses.set(status, (statuses.get(status) ?? 0) + 1);
  }
  for (let first = 0; first < times; first += 50) {
    await Promise.all(Array.from({ length: Math.min(50, times - first) }, (_, index) => ask(first + index)));
  }
  return statuses;
}

const storedSignIns = async ({ databases }: Rig) =>
  (await databases.ephemeral.get(sql`select count(*) as n from sign_ins`))?.n;

withOneRig('G-12 sign-ins begun in a flood store nothing; others begin theirs, and who began goes on', async (rig) => {
  const { limit } = floodLimits.signInsPerClientAddress;
  const neighbour = rig.browserAt(ATTACKER);
  const chooser = await neighbour.click(await neighbour.get(`${COURSE_SITE}/`), 'sign-in');
  const statuses = await flood(rig, '/sign-in', limit + 100);
  assert.deepEqual(
    statuses,
    new Map([
      [303, limit - 1],
      [429, 101],
    ]),
  );
  assert.equal(await storedSignIns(rig), limit);

  const elsewhere = rig.browserAt('203.0.113.10');
  assert.equal((await elsewhere.get(`${BROKER}/sign-in`)).status, 200);
  const people = await neighbour.click(chooser, 'provider-llave-mx');
  assert.match((await neighbour.submit(people, 'person-nacional')).text('signed-in-as'), /Citlali/);
});

forEachRig(
  'who is refused in a flood is told so, and a minute later ends in the course site',
  async (rig) => {
    const statuses = await flood(rig, '/sign-in', floodLimits.signInsPerClientAddress.limit);
    assert.deepEqual([...statuses.keys()], [303]);
    const browser = rig.browserAt(ATTACKER);
    const page = await browser.click(await browser.get(`${COURSE_SITE}/`), 'sign-in');
    assertRefusalPage(page, 'too_many_requests');
    assert.equal(page.headers.get('retry-after'), '60');
    assert.match(page.text('start-again'), /Start again/);
    assert.notEqual(page.find('back-to-client'), null);
    const visit = await rig.browserAt(ATTACKER).get(`${BROKER}/sign-in?return_to=/sign-out`);
    assert.equal(visit.get('start-again').attribute('href'), '/sign-in?return_to=%2Fsign-out');

    rig.clock.advance(MINUTE);
    const chooser = await browser.click(page, 'start-again');
    const end = await browser.submit(await browser.click(chooser, 'provider-llave-mx'), 'person-nacional');
    assert.equal(end.url.origin, COURSE_SITE);
  },
  {},
  ['SQLite in memory', 'PostgreSQL'],
);

withOneRig('nobody fills the audit log: beyond the limit a refusal is in the log alone', async (rig) => {
  const { limit } = floodLimits.auditedRefusalsPerClientAddress;
  const bad = '/callback/llave-mx?code=x&state=AAAAAAAAAAAAAAAAAAAAAA';
  assert.deepEqual(await flood(rig, bad, limit + 40), new Map([[400, limit + 40]]));
  assert.equal((await rig.audit()).length, limit);
  assert.equal(rig.logged.filter(({ code }) => code === 'sign_in_unknown').length, limit + 40);

  // Somebody else's refusal is audited, and so is the next of this address.
  await assertRefused(rig, await rig.browserAt('203.0.113.10').get(`${BROKER}${bad}`), 'sign_in_unknown', {
    events: limit + 1,
  });
  rig.clock.advance(MINUTE);
  await assertRefused(rig, await rig.browserAt(ATTACKER).get(`${BROKER}${bad}`), 'sign_in_unknown', {
    events: limit + 2,
  });
});

withOneRig('G-13 all addresses of one /64 are one client address', async (rig) => {
  const { limit } = floodLimits.auditedRefusalsPerClientAddress;
  for (let index = 0; index < limit + 20; index += 1) {
    await rig.browserAt(`2001:db8:0:1::${index.toString(16)}`).get(`${BROKER}/callback/llave-mx?state=x`);
  }
  assert.equal((await rig.audit()).length, limit);
});
