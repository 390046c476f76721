/**
 * What a teacher and an administrator open at a campus, the whole way: the practice campus asks, checks what we sign, and its course has
 * the new link (lti.md §3.9, §3.11, §4). No part stands in for another.
 */
import assert from 'node:assert/strict';
import { allLtiScopes, createLtiSimulator, type LtiProductName } from '../../simulators/index.ts';
import type { Page, TestBrowser } from '../browser.ts';
import { isSignedIn } from '../flows/own-ways.ts';
import { BROKER, COURSE_SITE, forEachRig, type Rig, withOneRig } from '../rig.ts';
import { createNewcomer, profileWith, stoppedClock } from '../store-fixture.ts';
import { enterCampus, goOn, openCourse, press } from './campus-visit.ts';

const CAMPUS = 'https://campus.test';
const UNITS = `${COURSE_SITE}/courses/algebra`;

const courseSite = [
  `initiate_login_uri: ${COURSE_SITE}/login`,
  `lti_targets: [${COURSE_SITE}/courses/]`,
  'lti_content:',
  `  - { title: Unidad 1, url: ${UNITS}/1 }`,
  `  - { title: Examen, url: ${UNITS}/2, score_maximum: 20 }`,
];

/** Also by the link of the page that leaves a secret with the campus, which a browser with scripts follows by itself. */
async function through(browser: TestBrowser, first: Page): Promise<Page> {
  const page = await goOn({ base: CAMPUS, browser }, first);
  const keeps = page.url.pathname === '/lti/1.3/login' && page.find('continue') !== null;
  return keeps ? goOn({ base: CAMPUS, browser }, await browser.click(page, 'continue')) : page;
}

function openCampus(rig: Rig, product: LtiProductName) {
  const campus = createLtiSimulator({
    environment: rig.clock.environment,
    product,
    origin: CAMPUS,
    prefix: '',
    fetch: (address) => rig.broker(new Request(address)),
    tools: [
      {
        ...{ version: '1.3', slug: 'cursos', name: 'Cursos', clientId: 'llavero', deploymentId: '1', legacy: null },
        ...{ launchAddress: `${UNITS}/1`, loginAddress: `${BROKER}/lti/1.3/login`, scopes: allLtiScopes },
        ...{ redirectUris: [`${BROKER}/lti/1.3/launch`], keySetAddress: `${BROKER}/lti/1.3/jwks` },
      },
    ],
  });
  rig.serve(CAMPUS, async (request) => campus.app.fetch(request));
  const { issuer, authorization_endpoint, token_endpoint, jwks_uri } = campus.platform;
  const configure = (client: string, moreClients = '') =>
    rig.configure({
      moreClients: `${moreClients}
lti:
  platforms:
    - slug: campus
      name: Campus Tezontle
      issuer: ${issuer}
      client_id: llavero
      deployment_ids: ["1"]
      authorization_endpoint: ${authorization_endpoint}
      token_endpoint: ${token_endpoint}
      jwks_uri: ${jwks_uri}
      linking: create-on-first-launch
      client: ${client}`,
    });
  const at = (browser: TestBrowser) => ({ base: CAMPUS, browser });
  return {
    campus,
    configure,
    browser: (more: { [origin: string]: (request: Request) => Response | Promise<Response> } = {}) =>
      rig.browser('es-MX', { [CAMPUS]: (request: Request) => campus.app.fetch(request), ...more }),
    async launch(browser: TestBrowser, person: string, link: string): Promise<Page> {
      await enterCampus(at(browser), person);
      return through(browser, await press(at(browser), 'mat-101', `link-${link}`));
    },
    /** The links of the course with this title, as a learner sees them. */
    async linksNamed(title: string): Promise<string[]> {
      const learner = rig.browser('es-MX', { [CAMPUS]: (request: Request) => campus.app.fetch(request) });
      await enterCampus(at(learner), 'alumna');
      const course = await openCourse(at(learner), 'mat-101');
      const items = course.document.all('li').filter((item) => item.text.startsWith(title));
      const ids = items.flatMap((item) => item.all('a').map((link) => link.attribute('data-testid') ?? ''));
      return ids.flatMap((id) => /^link-(.+)$/.exec(id)?.[1] ?? []);
    },
    /** The teacher presses "add an activity". */
    async add(browser: TestBrowser): Promise<Page> {
      await enterCampus(at(browser), 'profesora');
      return through(browser, await press(at(browser), 'mat-101', 'add-cursos'));
    },
  };
}

for (const product of ['plain', 'canvas', 'moodle', 'schoology', 'open-edx'] as const) {
  const several = product !== 'schoology';

  withOneRig(
    `54 ${product}: who is known adds activities, and a learner who opens one is in the course site, where it leads`,
    async (rig) => {
      const { campus, configure, browser, launch, add, linksNamed } = openCampus(rig, product);
      await configure('course-site');
      const teacher = browser();
      assert.ok(isSignedIn(await launch(teacher, 'profesora', 'cursos-curso')));
      const users = await rig.count('users');

      const fresh = browser();
      const picker = await add(fresh);
      assert.equal(picker.url.pathname, '/lti/1.3/deep-link');
      assert.match(picker.body, /Campus Tezontle/);
      const chosen = several ? { 'item-0': `${UNITS}/1`, 'item-1': `${UNITS}/2` } : { item: `${UNITS}/2` };
      const added = await fresh.submit(await fresh.submit(picker, 'add', chosen), 'continue');
      assert.match(added.get('added').text, several ? /Unidad 1, Examen/ : /Examen/);
      assert.deepEqual(campus.complaints, []);
      assert.equal(await rig.count('users'), users);

      const [exam = assert.fail(), ...more] = await linksNamed('Examen');
      assert.equal(more.length, 0);
      const learner = browser();
      const opened = await launch(learner, 'alumna', exam);
      assert.ok(isSignedIn(opened), opened.body);
      assert.ok(
        opened.trail.some(({ url }) => new URL(url).searchParams.get('target_link_uri') === `${UNITS}/2`),
        'the app is told where it leads',
      );
    },
    { moreCourseSite: courseSite },
  );
}

forEachRig(
  'case 54: who has no account here adds an activity too, and has none afterwards; two presses at once add it once',
  async (rig) => {
    const { configure, browser, add, linksNamed } = openCampus(rig, 'moodle');
    await configure('course-site');
    const teacher = browser();
    const picker = await add(teacher);
    const presses = await Promise.all([1, 2].map(() => teacher.submit(picker, 'add', { 'item-1': `${UNITS}/2` })));
    const pages = [];
    for (const sent of presses) pages.push(await teacher.submit(sent, 'continue'));
    assert.deepEqual(
      pages.map(({ status }) => status),
      [200, 400],
      'the campus knows the second for the first',
    );
    assert.equal((await linksNamed('Examen')).length, 1);
    assert.deepEqual([await rig.count('users'), await rig.count('sessions'), await rig.count('identities')], [0, 0, 0]);
  },
  { moreCourseSite: courseSite },
);

withOneRig(
  'who adds nothing goes back with an empty answer; where the operator titled nothing that is all there is',
  async (rig) => {
    const { campus, configure, browser, add } = openCampus(rig, 'canvas');
    await configure('course-site');
    const teacher = browser();
    const picker = await add(teacher);
    assert.ok(picker.find('nothing-offered') && picker.find('add') === null);
    const back = await teacher.submit(await teacher.submit(picker, 'add-nothing'), 'continue');
    assert.ok(back.find('nothing-added'));
    assert.deepEqual(campus.complaints, []);
  },
  { moreCourseSite: courseSite.slice(0, 2) },
);

withOneRig(
  'of a client that is an LMS of ours its course runs are offered, those that it has now and a launch could lead to',
  async (rig) => {
    const { campus, configure, browser, add } = openCampus(rig, 'moodle');
    await configure(
      'course-site',
      `
open_edx:
  - slug: lms
    base_url: ${COURSE_SITE}
    backend: oidc
    client: course-site
  - slug: elsewhere
    base_url: https://lms.test
    backend: oidc
    client: course-site`,
    );
    const { openEdxCourseRuns: runs } = rig.open.store;
    const none = { start: null, end: null, enrollment_start: null, enrollment_end: null, pacing: null };
    const write = (lms: string, id: string, title: string) => runs.write(lms, { ...none, id, title }, 1);
    await write('lms', 'course-v1:Uni+A1+2026', 'Álgebra');
    await write('lms', 'course-v1:Uni+B1+2026', 'Botánica');
    await write('elsewhere', 'course-v1:Uni+C1+2026', 'Cine');
    await runs.markMissing('lms', 'course-v1:Uni+B1+2026', 2);
    const teacher = browser();
    const picker = await add(teacher);
    const address = `${COURSE_SITE}/courses/course-v1:Uni+A1+2026/course/`;
    const offered = picker.document.all('input').filter((field) => field.attribute('type') === 'checkbox');
    assert.deepEqual(
      offered.map((field) => field.attribute('value')),
      [address],
    );
    const sent = await teacher.submit(picker, 'add', { 'item-0': address });
    assert.match((await teacher.submit(sent, 'continue')).get('added').text, /Álgebra/);
    assert.deepEqual(campus.complaints, []);
  },
  { moreCourseSite: courseSite.slice(0, 2) },
);

withOneRig(
  'switching people: who is signed in as somebody else is asked before they choose, and who stays chooses nothing',
  async (rig) => {
    const { configure, browser, launch, add } = openCampus(rig, 'moodle');
    await configure('course-site');
    await launch(browser(), 'profesora', 'cursos-curso');
    const shared = browser();
    await launch(shared, 'alumna', 'cursos-curso');
    const asked = await add(shared);
    assert.ok(asked.find('switch-stay'), asked.body);
    assert.equal((await shared.submit(asked, 'switch-stay')).text('error-code'), 'launch_declined');
    const again = await add(shared);
    const picker = await shared.submit(again, 'switch-go');
    assert.ok(picker.find('add'), picker.body);
    // Somebody else signs in meanwhile.
    await launch(shared, 'alumna', 'cursos-curso').then((page) => shared.submit(page, 'switch-go'));
    const late = await shared.submit(picker, 'add', { 'item-0': `${UNITS}/1` });
    assert.equal(late.text('error-code'), 'deep_link_unusable');
  },
  { moreCourseSite: courseSite },
);

{
  const SITE = 'https://otra.test';
  const LTI = 'https://purl.imsglobal.org/spec/lti/claim/';
  const secret = 'another-practice-secret-0123456789';
  const other = (subjects: string) => `
  - client_id: other
    client_name: Otra
    client_secret: ${secret}
    redirect_uris: [${SITE}/callback]
    skip_authorization: true
    subject_type: ${subjects}
    initiate_login_uri: ${SITE}/login
    lti_targets: [${COURSE_SITE}/courses/]
    claims: ["${LTI}for_user", "${LTI}resource_link", "${LTI}deployment_id"]`;
  const query = `client_id=other&response_type=code&scope=openid+lti&redirect_uri=${SITE}/callback&prompt=none`;
  /** An app that asks silently, as it is sent people. */
  const site = (request: Request) =>
    new URL(request.url).pathname === '/login'
      ? Response.redirect(`${BROKER}/oauth2/authorize?${query}`, 302)
      : new Response('back');

  async function toldOf(rig: Rig, page: Page): Promise<{ readonly [claim: string]: unknown }> {
    const code = page.url.searchParams.get('code') ?? assert.fail(`${page.url.href} ${page.body.slice(0, 300)}`);
    const headers = { authorization: `Basic ${Buffer.from(`other:${secret}`).toString('base64')}` };
    const body = new URLSearchParams({ grant_type: 'authorization_code', code, redirect_uri: `${SITE}/callback` });
    const tokens = await rig.broker(new Request(`${BROKER}/oauth2/token`, { method: 'POST', headers, body }));
    const { access_token: token } = (await tokens.json()) as { access_token: string };
    const asked = new Request(`${BROKER}/oauth2/userinfo`, { headers: { authorization: `Bearer ${token}` } });
    return (await rig.broker(asked)).json() as Promise<{ readonly [claim: string]: unknown }>;
  }

  for (const subjects of ['public', 'pairwise']) {
    forEachRig(
      `case 52: a submission review signs the teacher in, and tells the app whose work it is only by the ${subjects} sub that it knows`,
      async (rig) => {
        const { campus, configure, browser, launch } = openCampus(rig, 'plain');
        await configure('other', other(subjects));
        const teacher = browser({ [SITE]: site });
        const own = await toldOf(rig, await launch(teacher, 'profesora', 'cursos-curso'));
        assert.ok(!(`${LTI}for_user` in own));
        const review = async () => {
          const address = `${CAMPUS}/courses/mat-101/links/cursos-tarea/review/alumna`;
          return toldOf(rig, await through(teacher, await teacher.get(address)));
        };
        const before = await review();
        assert.equal(before.sub, own.sub, 'never the learner');
        assert.ok(!(`${LTI}for_user` in before), 'nobody here knows the learner');
        const subject = campus.subjectOf('alumna', 'mat-101') ?? assert.fail();
        const given = { store: rig.open.store, clock: { ...stoppedClock(), ...rig.clock.environment } };
        await createNewcomer(given, { profile: profileWith({ provider: 'lti:campus', subject }) });
        assert.ok(!(`${LTI}for_user` in (await review())), 'the broker knows the learner, and the app does not');

        const learner = await toldOf(rig, await launch(browser({ [SITE]: site }), 'alumna', 'cursos-tarea'));
        const told = await review();
        assert.deepEqual([told.sub, told[`${LTI}for_user`]], [own.sub, { user_id: learner.sub }]);
        assert.notEqual(learner.sub, own.sub);
        assert.deepEqual(campus.complaints, []);
      },
    );
  }
}

withOneRig(
  'case 53: a data privacy launch of the practice campus signs nobody in',
  async (rig) => {
    const { campus, configure, browser } = openCampus(rig, 'plain');
    await configure('course-site');
    const administrator = browser();
    const at = { base: CAMPUS, browser: administrator };
    await enterCampus(at, 'administrador');
    const page = await through(administrator, await administrator.get(`${CAMPUS}/tools/cursos/privacy/alumna`));
    assert.equal(page.get('for-user').text, campus.subjectOf('alumna', 'mat-101'));
    assert.deepEqual([await rig.count('users'), await rig.count('sessions')], [0, 0]);
    assert.deepEqual(campus.complaints, []);
  },
  { moreCourseSite: courseSite },
);

withOneRig(
  'case 50: a campus that refuses to say who it is: a window of its own, and the way back',
  async (rig) => {
    const { campus, configure, browser } = openCampus(rig, 'moodle');
    await configure('course-site');
    const learner = browser();
    const at = { base: CAMPUS, browser: learner };
    await enterCampus(at, 'alumna');
    const form = await press(at, 'mat-101', 'link-cursos-curso');
    learner.forget(learner.cookies('campus.test')[0]?.name ?? assert.fail());
    const refused = await goOn(at, form);
    assert.equal(refused.text('error-code'), 'lti_platform_refused');
    const [open, back] = ['open-window', 'back-to-client'].map((id) => refused.get(id));
    assert.deepEqual([open?.attribute('target'), back?.attribute('target')], ['_blank', '_top']);
    assert.equal(back?.attribute('href'), `${CAMPUS}/`);
    assert.match(back?.text ?? '', /Campus Tezontle/);
    await enterCampus(at, 'alumna');
    const again = await learner.get(open?.attribute('href') ?? '', { from: refused });
    assert.ok(isSignedIn(await goOn(at, again)), 'the same launch, begun again');
    assert.equal(campus.complaints.length, 1, 'that nobody was signed in there, the first time');
  },
  { moreCourseSite: courseSite },
);
