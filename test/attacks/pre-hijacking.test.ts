/**
 * Account pre-hijacking: somebody puts a victim's address on an account of theirs and waits until the victim comes (D-02, D-04,
 * D-05, D-08, V-24). Each way to plant it × each way in which the victim comes.
 *
 * What must hold is the same for the five classes: the victim ends in an account that is theirs alone, whatever the attacker
 * planted is worth nothing in it, and nobody was ever told that the attacker has the address verified.
 */
import assert from 'node:assert/strict';
import { pbkdf2Sync } from 'node:crypto';
import { practicePeople } from '../../simulators/llave-mx/people.ts';
import { importUsers } from '../../src/admin/import-users.ts';
import { sql } from '../../src/store/database.ts';
import type { TestBrowser } from '../browser.ts';
import {
  choosePassword,
  codeIn,
  isSignedIn,
  linkIn,
  ownWays,
  PHRASE,
  signInByMail,
  signInByPassword,
  towards,
} from '../flows/own-ways.ts';
import { campusWith, createOnFirstLaunch, personWith, trustEmails, withCampus } from '../lti/campus.ts';
import { BROKER, COURSE_SITE, forEachRig, type Rig, withOneRig } from '../rig.ts';

const VICTIM = 'victima@uni.mx';
/** One that the operator trusts for the domain, and one in which anybody writes any address. */
const campus = campusWith(trustEmails, 'anybody');
const { name, client } = campus.registrations.get('campus') ?? assert.fail();
campus.registrations.set('anybody', { slug: 'anybody', name, client, linking: createOnFirstLaunch });
const ATTACKERS_PASSWORD = 'la clave que el atacante eligió';
/** As Django would have stored it. */
function hashOf(password: string): string {
  const iterations = 100_000;
  const hash = pbkdf2Sync(password, 'sal', iterations, 32, 'sha256').toString('base64');
  return `pbkdf2_sha256$${iterations}$sal$${hash}`;
}

/** Practice people at Llave MX with the victim's address: one who has proved it there, one who only wrote it down. */
function addPerson(rig: Rig, slug: string, correoVerificado: boolean): void {
  const [sample] = practicePeople;
  assert.ok(sample?.answer === 'consents');
  const userData = { ...sample.userData, idUsuario: slug, correo: VICTIM, correoVerificado, curp: null, login: slug };
  rig.llaveMx.addPerson({ ...sample, slug, name: slug, userData });
}

interface Planted {
  /** The attacker's browser, signed in; null where it is not. */
  readonly browser: TestBrowser | null;
}

const plants: { readonly [how: string]: (rig: Rig) => Promise<Planted> } = {
  'a provider that verifies nothing': async (rig) => {
    addPerson(rig, 'atacante', false);
    const browser = rig.browser();
    assert.ok(isSignedIn(await rig.signIn(browser, 'atacante')));
    return { browser };
  },
  'an import that brought a password and no proof of the address': async (rig) => {
    const line = {
      username: 'atacante',
      email: VICTIM,
      email_verified: false,
      password_hash: hashOf(ATTACKERS_PASSWORD),
    };
    const { store, vault } = rig.open;
    await importUsers(JSON.stringify(line), 'password', { store, vault, environment: rig.clock.environment });
    const browser = rig.browser();
    assert.ok(isSignedIn(await signInByPassword(browser, 'atacante', ATTACKERS_PASSWORD)));
    return { browser };
  },
  'a campus that says the address of whoever it sends': async (rig) => {
    const browser = rig.browser();
    const person = personWith({ fullName: 'Atacante', email: VICTIM });
    assert.ok(isSignedIn(await campus.launch(browser, { registration: 'anybody', subject: 'atacante', person })));
    return { browser };
  },
  'nothing: the victim is the first': async () => ({ browser: null }),
};

const ways: { readonly [how: string]: (rig: Rig, browser: TestBrowser) => Promise<unknown> } = {
  'a code by mail': (rig, browser) => signInByMail(rig, browser, VICTIM),
  'choosing a password': (rig, browser) => choosePassword(rig, browser, VICTIM, PHRASE),
  'a provider that has verified it and is trusted': (rig, browser) => {
    addPerson(rig, 'victima', true);
    return rig.signIn(browser, 'victima');
  },
  'a launch of a campus that is trusted for the address': async (_rig, browser) => {
    const person = personWith({ fullName: 'Víctima', email: VICTIM });
    assert.ok(isSignedIn(await campus.launch(browser, { subject: 'victima', person })));
  },
  'claiming what they did as a guest': async (rig, browser) => {
    await browser.submit(await towards(browser, 'guest'), 'submit');
    const form = await browser.click(await browser.get(`${BROKER}/sign-in`), 'provider-email');
    const asked = await browser.submit(form, 'submit', { email: VICTIM });
    const question = await browser.submit(asked, 'submit', { code: codeIn(await rig.lastMail(VICTIM)) });
    return browser.submit(question, 'guest-work-mine');
  },
};

const ownerOf = (rig: Rig) =>
  rig.databases.durable.all(sql`select user_id from emails where address_key = ${VICTIM} and verified_at is not null`);

async function claimsAt(browser: TestBrowser): Promise<{ readonly [claim: string]: unknown }> {
  // Anew, by single sign-on: what the site was told earlier may have changed.
  const page = await browser.get(`${COURSE_SITE}/login`);
  return JSON.parse(page.text('claims-json')).userinfo;
}

for (const [how, plant] of Object.entries(plants)) {
  for (const [way, arrive] of Object.entries(ways)) {
    forEachRig(
      `D-04, D-05, D-08 planted by ${how}; the victim comes by ${way}`,
      async (rig) => {
        const attacker = (await plant(rig)).browser;
        const planted = attacker === null ? null : await claimsAt(attacker);
        assert.notEqual(planted?.email_verified, true);
        const browser = rig.browser();
        await arrive(rig, browser);
        const victim = await claimsAt(browser);
        assert.equal(victim.email, VICTIM);
        assert.equal(victim.email_verified, true);
        const [owner, ...more] = await ownerOf(rig);
        assert.ok(owner !== undefined && more.length === 0);
        if (attacker === null || planted === null) return;
        // Two accounts; the attacker's session goes on in their own, and knows nothing of the other.
        assert.notEqual(victim.sub, planted.sub);
        const still = await claimsAt(attacker);
        assert.equal(still.sub, planted.sub);
        assert.notEqual(still.email_verified, true);
        const identities = await rig.databases.durable.all(
          sql`select provider from identities where user_id = ${owner.user_id ?? ''}`,
        );
        assert.equal(identities.length, 1, 'nothing that was there before is tied to the account of the victim');
        // The attacker's password opens nothing by the victim's address.
        const page = await signInByPassword(rig.browser(), VICTIM, ATTACKERS_PASSWORD);
        assert.ok(!isSignedIn(page));
      },
      withCampus(campus, ownWays),
    );
  }
}

forEachRig(
  'D-08 a provider that verifies nothing says the victim’s address first: the victim, who comes by the link of a mail, shares nothing with it',
  async (rig) => {
    addPerson(rig, 'atacante', false);
    const attacker = rig.browser();
    await rig.signIn(attacker, 'atacante');
    const planted = await claimsAt(attacker);
    assert.deepEqual([planted.email, planted.email_verified], [VICTIM, false]);

    const victim = rig.browser();
    await victim.submit(await towards(victim, 'email'), 'submit', { email: VICTIM });
    const confirmed = await victim.submit(await victim.get(linkIn(await rig.lastMail(VICTIM))), 'submit');
    assert.ok(isSignedIn(await victim.click(confirmed, 'continue')));
    const claims = await claimsAt(victim);
    assert.deepEqual([claims.email, claims.email_verified], [VICTIM, true]);
    assert.notEqual(claims.sub, planted.sub);
    assert.deepEqual(await ownerOf(rig), [{ user_id: claims.sub }]);

    const shared = await rig.databases.durable.all(sql`
      select identities.id from identities where user_id = ${String(claims.sub)} and provider <> 'email'`);
    assert.deepEqual(shared, []);
    // Whoever was first is told nothing else afterwards, and gets nothing by saying it again.
    const another = rig.browser();
    await rig.signIn(another, 'atacante');
    for (const browser of [attacker, another]) {
      const again = await claimsAt(browser);
      assert.deepEqual([again.sub, again.email_verified], [planted.sub, false]);
    }
  },
  ownWays,
);

withOneRig(
  'D-02 whoever comes after the owner with an address that nobody verified gets none of the account, nor the address',
  async (rig) => {
    const owner = rig.browser();
    await signInByMail(rig, owner, VICTIM);
    addPerson(rig, 'atacante', false);
    const browser = rig.browser();
    const question = await rig.signIn(browser, 'atacante');
    await browser.submit(question, 'new-account');
    const [mine, theirs] = [await claimsAt(owner), await claimsAt(browser)];
    assert.notEqual(mine.sub, theirs.sub);
    assert.notEqual(theirs.email_verified, true);
  },
  { ...ownWays, asksForAccount: true },
);
