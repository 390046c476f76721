/**
 * The practice campus with a graded activity, by both versions of LTI, and an app that asks the API for itself.
 */
import assert from 'node:assert/strict';
import { allLtiScopes, createLtiSimulator, type LtiSimulatorOptions, type LtiTool13 } from '../../simulators/index.ts';
import { scoreAnswerSchema } from '../../src/api/schemas.ts';
import { sql } from '../../src/store/database.ts';
import { isSignedIn } from '../flows/own-ways.ts';
import { BROKER, COURSE_SITE, COURSE_SITE_SECRET, type Rig } from '../rig.ts';
import { goOn, launch } from './campus-visit.ts';

export const CAMPUS = 'https://campus.test';
const SECRET = 'practice-consumer-secret-0123456789';
const OTHER_SECRET = 'practice secret of another app 0123456789';
export const courseSite = [
  `initiate_login_uri: ${COURSE_SITE}/login`,
  `lti_targets: [${COURSE_SITE}/courses/]`,
  'grant_types: [authorization_code, client_credentials]',
  'api_scopes: ["lti:scores", "lti:members"]',
];
const other = `
  - client_id: other
    client_name: Another app
    client_secret: ${OTHER_SECRET}
    redirect_uris: []
    skip_authorization: true
    grant_types: [client_credentials]
    api_scopes: ["lti:scores", "lti:members"]`;

export const newTool: LtiTool13 = {
  ...{ version: '1.3', slug: 'nueva', name: 'Cursos', launchAddress: `${COURSE_SITE}/courses/algebra/1` },
  ...{ clientId: 'llavero', deploymentId: '1', loginAddress: `${BROKER}/lti/1.3/login` },
  ...{ redirectUris: [`${BROKER}/lti/1.3/launch`], keySetAddress: `${BROKER}/lti/1.3/jwks` },
  ...{ scopes: allLtiScopes, legacy: null },
};

/** @param more members of the platform, as YAML in one line */
export async function openCampus(rig: Rig, more = '', options: Partial<LtiSimulatorOptions> = {}) {
  const campus = createLtiSimulator({
    environment: rig.clock.environment,
    ...{ product: 'moodle', origin: CAMPUS, prefix: '' },
    fetch: (address) => rig.broker(new Request(address)),
    tools: [
      newTool,
      {
        ...{ version: '1.1', slug: 'antigua', name: 'Cursos (1.1)', launchAddress: `${BROKER}/lti/1.1/launch` },
        ...{ consumerKey: 'campus', secret: SECRET, signatureMethod: 'HMAC-SHA1' },
      },
    ],
    ...options,
  });
  rig.serve(CAMPUS, async (request) => campus.app.fetch(request));
  const { issuer, authorization_endpoint, token_endpoint, token_audience, jwks_uri } = campus.platform;
  const common = 'linking: create-on-first-launch, client: course-site';
  await rig.configure({
    moreClients: `${other}
lti:
  consumers: [{ slug: viejo, oauth_consumer_key: campus, secret: ${SECRET}, ${common} }]
  platforms:
    - { slug: campus, issuer: "${issuer}", client_id: llavero, deployment_ids: ["1"], ${common},${more}
        authorization_endpoint: "${authorization_endpoint}", token_endpoint: "${token_endpoint}",
        token_audience: "${token_audience}", jwks_uri: "${jwks_uri}" }`,
  });
  return campus;
}

export type Campus = Awaited<ReturnType<typeof openCampus>>;

/** Launched, and in the course site; answers by what that knows them and the activity. */
export async function enter(rig: Rig, campus: Campus, tool: 'nueva' | 'antigua') {
  const browser = rig.browser('en', { [CAMPUS]: (request: Request) => campus.app.fetch(request) });
  const pressed = { person: 'alumna', course: 'mat-101', link: `${tool}-tarea` };
  const first = await launch({ base: CAMPUS, browser }, pressed);
  // Where the campus offers to keep a secret for browsers without cookies, the way on is a page of ours.
  const isKept = first.find('continue') !== null;
  const page = isKept ? await goOn({ base: CAMPUS, browser }, await browser.click(first, 'continue')) : first;
  const inside = tool === 'antigua' ? await browser.submit(page, 'continue-as') : page;
  assert.ok(isSignedIn(inside), inside.body.slice(0, 300));
  const provider = tool === 'antigua' ? 'lti:viejo' : 'lti:campus';
  const [row] = await rig.databases.durable.all(sql`
    select subject, client_subjects.user_id from client_subjects
    where user_id in (select user_id from identities where provider = ${provider})`);
  const userId = String(row?.user_id);
  const [place = assert.fail('the launch left no place')] = await rig.open.store.scorePlaces.ofUser(userId);
  const { resourceLink, context } = place.link;
  return { user: String(row?.subject), userId, resource_link: { ...resourceLink }, context: { id: context?.id ?? '' } };
}

export async function tokenFor(rig: Rig, client = 'course-site', scope: string | null = 'lti:scores'): Promise<string> {
  const secret = client === 'other' ? OTHER_SECRET : COURSE_SITE_SECRET;
  const response = await rig.broker(
    new Request(`${BROKER}/oauth2/token`, {
      method: 'POST',
      headers: { authorization: `Basic ${btoa(`${client}:${encodeURIComponent(secret).replaceAll('%20', '+')}`)}` },
      body: new URLSearchParams({ grant_type: 'client_credentials', ...(scope === null ? {} : { scope }) }),
    }),
  );
  const { access_token: token } = (await response.json()) as { access_token?: string };
  return token ?? assert.fail(`no token: ${response.status}`);
}

export const request = (rig: Rig, token: string | null, path: string, body: unknown = null) =>
  rig.broker(
    new Request(`${BROKER}/api/v1${path}`, {
      method: body === null ? 'GET' : 'POST',
      headers: {
        ...(token === null ? {} : { authorization: `Bearer ${token}` }),
        ...(body === null ? {} : { 'content-type': 'application/json' }),
      },
      body: body === null ? null : typeof body === 'string' ? body : JSON.stringify(body),
    }),
  );

export const stateOf = async (rig: Rig, token: string, id: string) =>
  scoreAnswerSchema.parse(await (await request(rig, token, `/lti/scores/${id}`)).json());

export const graded = (rig: Rig, later = 0) => ({
  ...{ scoreGiven: 18, scoreMaximum: 20, activityProgress: 'Completed', gradingProgress: 'FullyGraded' },
  timestamp: new Date(rig.clock.environment.now() + later).toISOString(),
});
