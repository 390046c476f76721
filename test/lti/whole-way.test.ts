/**
 * A campus launches, and its person is in the course site: the practice campus, the addresses of LTI, an account, the app's own
 * sign-in. No part stands in for another.
 */
import assert from 'node:assert/strict';
import { allLtiScopes, createLtiSimulator, type LtiProductName, ltiPracticePeople } from '../../simulators/index.ts';
import { changeInstitutionId } from '../../src/admin/identifiers.ts';
import { sql } from '../../src/store/database.ts';
import type { TestBrowser } from '../browser.ts';
import { isSignedIn } from '../flows/own-ways.ts';
import { BROKER, COURSE_SITE, forEachRig, type Rig, withOneRig } from '../rig.ts';
import { launch } from './campus-visit.ts';

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
  const lti = (linking: string) => `
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
      ${linking === 'match-identifier' ? 'identifier_namespace: udg' : ''}
      client: course-site`;
  return { campus, configure: (linking: string) => rig.configure({ moreClients: `\n${lti(linking).trimStart()}` }) };
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
