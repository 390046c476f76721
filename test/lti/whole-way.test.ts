/**
 * A campus launches, and its person is in the course site: the practice campus, the addresses of LTI, an account, the app's own
 * sign-in. No part stands in for another.
 */
import assert from 'node:assert/strict';
import { allLtiScopes, createLtiSimulator, type LtiProductName, ltiPracticePeople } from '../../simulators/index.ts';
import { changeInstitutionId } from '../../src/admin/identifiers.ts';
import { sql } from '../../src/store/database.ts';
import type { TestBrowser } from '../browser.ts';
import { fieldsIn, isSignedIn } from '../flows/own-ways.ts';
import { BROKER, COURSE_SITE, forEachRig, type Rig, withOneRig } from '../rig.ts';
import { enterCampus, launch, press } from './campus-visit.ts';

const CAMPUS = 'https://campus.test';
const LESSON = `${COURSE_SITE}/courses/algebra/1`;
const SECRET = 'practice-consumer-secret-0123456789';

const courseSite = [`initiate_login_uri: ${COURSE_SITE}/login`, `lti_targets: [${COURSE_SITE}/courses/]`];

function openCampus(rig: Rig, product: LtiProductName) {
  const campus = createLtiSimulator({
    environment: rig.clock.environment,
    product,
    origin: CAMPUS,
    prefix: '',
    fetch: (address) => rig.broker(new Request(address)),
    tools: [
      {
        ...{
          version: '1.3',
          slug: 'nueva',
          name: 'Cursos',
          launchAddress: LESSON,
          clientId: 'llavero',
          deploymentId: '1',
        },
        loginAddress: `${BROKER}/lti/1.3/login`,
        redirectUris: [`${BROKER}/lti/1.3/launch`],
        ...{ keySetAddress: `${BROKER}/lti/1.3/jwks`, scopes: allLtiScopes, legacy: null },
      },
      {
        ...{ version: '1.1', slug: 'antigua', name: 'Cursos (1.1)', launchAddress: `${BROKER}/lti/1.1/launch` },
        ...{ consumerKey: 'campus', secret: SECRET, signatureMethod: 'HMAC-SHA1' },
      },
    ],
  });
  rig.serve(CAMPUS, async (request) => campus.app.fetch(request));
  const { issuer, authorization_endpoint, token_endpoint, jwks_uri } = campus.platform;
  const lti = (linking: string, enabled = true) => `
lti:
  consumers:
    - { slug: viejo, oauth_consumer_key: campus, secret: ${SECRET}, linking: ${linking === 'match-identifier' ? 'never' : linking}, client: course-site }
  platforms:
    - slug: campus
      issuer: ${issuer}
      client_id: llavero
      deployment_ids: ["1"]
      authorization_endpoint: ${authorization_endpoint}
      token_endpoint: ${token_endpoint}
      jwks_uri: ${jwks_uri}
      linking: ${linking}
      enabled: ${enabled}
      ${linking === 'match-identifier' ? 'identifier_namespace: udg' : ''}
      client: course-site`;
  const configure = (linking: string, enabled?: boolean) =>
    rig.configure({ moreClients: `\n${lti(linking, enabled).trimStart()}` });
  return { campus, configure };
}

type Campus = ReturnType<typeof openCampus>['campus'];

/** On the campus as a learner, to the link of the course, and through the forms that send themselves. */
const launched = (browser: TestBrowser, tool: 'nueva' | 'antigua') =>
  launch({ base: CAMPUS, browser }, { person: 'alumna', course: 'mat-101', link: `${tool}-curso` });

const browserOn = (rig: Rig, campus: Campus) =>
  rig.browser('en', { [CAMPUS]: (request: Request) => campus.app.fetch(request) });

for (const tool of ['nueva', 'antigua'] as const) {
  forEachRig(
    `${tool === 'nueva' ? 'LTI 1.3' : 'LTI 1.1'}: who is launched for the first time gets an account and is in the course site; the second time it is the same one`,
    async (rig) => {
      const { campus, configure } = openCampus(rig, 'moodle');
      await configure('create-on-first-launch');
      const enter = async () => {
        const browser = browserOn(rig, campus);
        const page = await launched(browser, tool);
        // R9: nothing else binds a launch of 1.1 to the browser that sends it.
        assert.equal(page.find('continue-as') !== null, tool === 'antigua');
        return tool === 'antigua' ? browser.submit(page, 'continue-as') : page;
      };
      const page = await enter();
      assert.ok(isSignedIn(page), `${page.url.href}: ${page.body.slice(0, 400)}`);
      assert.ok(isSignedIn(await enter()));
      assert.equal(await rig.count('users'), 1);
      assert.equal(await rig.count('identities'), 1);
      assert.deepEqual(campus.complaints, []);
    },
    { moreCourseSite: courseSite },
  );
}

withOneRig(
  'by Llave MX today and by campus launch tomorrow is one account with both: who is there already shows it first',
  async (rig) => {
    const { campus, configure } = openCampus(rig, 'moodle');
    await configure('require-account');
    await rig.signIn(rig.browser(), 'nacional');
    const emails = await rig.databases.durable.all(sql`select address_key from emails where verified_at is not null`);
    const [{ address_key: address } = assert.fail('no verified address')] = emails;
    const [alumna = assert.fail()] = ltiPracticePeople.filter(({ slug }) => slug === 'alumna');
    campus.addPerson({ ...alumna, email: String(address) });

    const browser = browserOn(rig, campus);
    const first = await launched(browser, 'nueva');
    assert.equal(await rig.count('identities'), 1, 'nothing is linked before somebody shows whose account it is');
    const chooser = await browser.submit(first, 'launch-sign-in');
    const people = await browser.click(chooser, 'provider-llave-mx');
    const asked = await browser.submit(people, 'person-nacional');
    assert.equal(await rig.count('identities'), 1, 'nor before they say so');
    assert.ok(isSignedIn(await browser.submit(asked, 'launch-link')));
    assert.equal(await rig.count('users'), 1);
    const found = await rig.databases.durable.all(sql`select provider from identities order by created_at, provider`);
    assert.deepEqual(
      found.map(({ provider }) => provider),
      ['llave-mx', 'lti:campus'],
    );
    assert.deepEqual(campus.complaints, []);
  },
  { moreCourseSite: courseSite },
);

withOneRig(
  'by Llave MX today and by campus launch tomorrow is one account: the campus and the registrar know the person by one number',
  async (rig) => {
    const { campus, configure } = openCampus(rig, 'moodle');
    await configure('match-identifier');
    await rig.signIn(rig.browser(), 'nacional');
    const [user] = await rig.databases.durable.all(sql`select id from users`);
    const [alumna = assert.fail()] = ltiPracticePeople.filter(({ slug }) => slug === 'alumna');
    const change = { namespace: 'udg', id: alumna.sourcedId ?? '', action: 'give' } as const;
    const { store, vault } = rig.open;
    const administration = { environment: rig.clock.environment, database: rig.databases.durable, store, vault };
    await changeInstitutionId(administration, String(user?.id), change, { by: 'registrar', reason: 'list of June' });

    assert.ok(isSignedIn(await launched(browserOn(rig, campus), 'nueva')));
    const old = await launched(browserOn(rig, campus), 'antigua');
    assert.equal(old.text('error-code'), 'launch_not_linked');
    assert.deepEqual([await rig.count('users'), await rig.count('identities')], [1, 2]);
    assert.deepEqual(campus.complaints, []);
  },
  { moreCourseSite: courseSite },
);

withOneRig(
  'R9 a launch of LTI 1.1 that somebody else’s browser was made to send signs nobody in before its person says that it is them',
  async (rig) => {
    const { campus, configure } = openCampus(rig, 'moodle');
    await configure('create-on-first-launch');
    const { action, fields } = campus.launchForm({ person: 'alumno', course: 'mat-101', link: 'antigua-curso' });
    const victim = browserOn(rig, campus);
    const stranger = await victim.get(`${CAMPUS}/`);
    const asked = await victim.post(action, Object.fromEntries(fields), { from: stranger });
    assert.ok(asked.find('continue-as'), asked.body);
    assert.equal(await rig.count('sessions'), 0);
    const refused = await victim.submit(asked, 'continue-no');
    assert.equal(refused.text('error-code'), 'launch_declined');
    assert.deepEqual([await rig.count('users'), await rig.count('sessions')], [0, 0]);
  },
  { moreCourseSite: courseSite },
);

/** Up to the form that brings the token to us, which is not sent. */
async function upToTheToken(browser: TestBrowser, person: string) {
  const campus = { base: CAMPUS, browser };
  await enterCampus(campus, person);
  const begun = await press(campus, 'mat-101', 'link-nueva-curso');
  const page = begun.url.pathname.includes('auth') ? begun : await browser.submit(begun, 'launch-continue');
  const fields = fieldsIn(page);
  assert.ok(fields.id_token && fields.state, page.body.slice(0, 300));
  return { page, fields };
}

withOneRig(
  'case J-11: somebody’s own launch, complete and unused, sent by the browser of a victim who is signed in: refused, and nothing of theirs changes',
  async (rig) => {
    const { campus, configure } = openCampus(rig, 'moodle');
    await configure('create-on-first-launch');
    const { fields } = await upToTheToken(browserOn(rig, campus), 'alumno');
    const victim = browserOn(rig, campus);
    await rig.signIn(victim, 'nacional');
    const cookies = () => victim.cookies('broker.test').filter(({ name }) => name.endsWith('session'));
    const before = cookies();
    const evil = await victim.get(`${CAMPUS}/`);
    const page = await victim.post(`${BROKER}/lti/1.3/launch`, fields, { from: evil });
    assert.ok(page.find('open-window'), page.body.slice(0, 300));
    assert.deepEqual(cookies(), before);
    assert.deepEqual([await rig.count('users'), await rig.count('identities'), await rig.count('sessions')], [1, 1, 1]);
  },
  { moreCourseSite: courseSite },
);

withOneRig(
  'cases 35, J-22: a launch leaves no token, no secret and no session in any address, and its pages name no address to other sites',
  async (rig) => {
    const { campus, configure } = openCampus(rig, 'moodle');
    await configure('create-on-first-launch');
    const browser = browserOn(rig, campus);
    const { page, fields } = await upToTheToken(browser, 'alumna');
    const end = await browser.submit(page, 'launch-continue');
    assert.ok(isSignedIn(end));
    const addresses = [...page.trail, ...end.trail].flatMap(({ url, location }) => [url, location ?? '']);
    assert.ok(addresses.length > 6);
    const values = browser.cookies('broker.test').map(({ value }) => value);
    for (const address of addresses) {
      assert.ok(!address.includes('id_token=') && !address.includes(fields.id_token ?? ''), address);
      assert.doesNotMatch(address, /eyJ[\w-]+\.eyJ/);
      for (const value of values) assert.ok(value.length < 10 || !address.includes(value), address);
    }
    const asked = await browser.get(`${BROKER}/account`);
    assert.equal(asked.headers.get('referrer-policy'), 'same-origin');
    // Case 35: and sent again, it says so and ends nothing.
    const again = await browser.post(`${BROKER}/lti/1.3/launch`, fields, { from: page });
    assert.equal(again.text('error-code'), 'lti_launch_replayed');
    assert.ok(isSignedIn(await browser.get(`${COURSE_SITE}/login`)));
  },
  { moreCourseSite: courseSite },
);

withOneRig(
  'case 88: a campus that is switched off lets nobody in; who is in goes on, and the trail has both',
  async (rig) => {
    const { campus, configure } = openCampus(rig, 'moodle');
    await configure('create-on-first-launch');
    const browser = browserOn(rig, campus);
    assert.ok(isSignedIn(await launched(browser, 'nueva')));
    await configure('create-on-first-launch', false);
    const refused = await launched(browserOn(rig, campus), 'nueva');
    assert.equal(refused.text('error-code'), 'lti_platform_disabled');
    assert.ok(isSignedIn(await browser.get(`${COURSE_SITE}/login`)), 'ending sessions is another decision');
    const rows = await rig.databases.durable.all(sql`select type, code, detail from audit_events`);
    const changes = rows.filter(
      ({ type, detail }) => type === 'config.changed' && String(detail).includes('lti_platform'),
    );
    assert.equal(changes.length, 2);
    assert.equal(rows.filter(({ code }) => code === 'lti_platform_disabled').length, 1);
  },
  { moreCourseSite: courseSite },
);
