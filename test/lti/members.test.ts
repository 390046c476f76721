/**
 * Rosters and results for apps: launches of the practice campus, the app's own token, the addresses of the API, and the campus asked
 * with nothing standing in for anything.
 */
import assert from 'node:assert/strict';
import { type LtiProductName, ltiPracticeCourse, ltiPracticePeople, ltiScopes } from '../../simulators/index.ts';
import { changeConfiguration } from '../../src/admin/change.ts';
import { changeLti } from '../../src/admin/lti.ts';
import { type MembersAnswer, membersAnswerSchema } from '../../src/api/member-schemas.ts';
import { errorSchema } from '../../src/api/schemas.ts';
import { clientSchema } from '../../src/configuration/client-document.ts';
import { nothingWritten } from '../../src/configuration/documents.ts';
import { planChanges } from '../../src/configuration/plan.ts';
import { SignInError } from '../../src/errors.ts';
import { floodLimits } from '../../src/limits/limits.ts';
import type { JsonObject } from '../../src/model.ts';
import { sql } from '../../src/store/database.ts';
import { forEachRig, type Rig, withOneRig } from '../rig.ts';
import { CAMPUS, courseSite, enter, newTool, openCampus, request, tokenFor } from './scored-campus.ts';

const COURSE = 'mat-101';
const options = { moreCourseSite: courseSite };
/** As a browser's address bar would show it. */
const path = (query: { readonly [name: string]: string } = {}) =>
  `/lti/members?${new URLSearchParams({ deployment_id: 'campus:1', context_id: COURSE, ...query })}`;

/** A campus whose course has so many people, the practice people among them. */
function crowded(size: number, product: LtiProductName) {
  const [person] = ltiPracticePeople;
  const course = ltiPracticeCourse(['nueva', 'antigua']);
  assert.ok(person !== undefined);
  const extra = Array.from({ length: size - Object.keys(course.members).length }, (_, n) => {
    return { ...person, slug: `mas-${n}`, number: 10_000 + n, email: `mas-${n}@example.com`, sourcedId: null };
  });
  const members = { ...course.members, ...Object.fromEntries(extra.map(({ slug }) => [slug, 'learner' as const])) };
  return { product, people: [...ltiPracticePeople, ...extra], courses: [{ ...course, members }] };
}

async function codeOf(response: Response): Promise<string> {
  assert.equal(response.headers.get('cache-control'), 'no-store');
  return `${response.status} ${errorSchema.parse(await response.json()).code}`;
}

async function page(rig: Rig, token: string, query: { readonly [name: string]: string } = {}): Promise<MembersAnswer> {
  const response = await request(rig, token, path(query));
  assert.equal(response.status, 200, await response.clone().text());
  assert.equal(response.headers.get('cache-control'), 'no-store');
  return membersAnswerSchema.parse(await response.json());
}

async function walk(
  rig: Rig,
  token: string,
  query: { readonly [name: string]: string } = {},
): Promise<MembersAnswer[]> {
  const pages = [await page(rig, token, query)];
  for (let next = pages[0]?.next ?? null; next !== null; next = pages.at(-1)?.next ?? null) {
    assert.doesNotMatch(next, /campus|Pagina|http/, 'nothing of the campus is seen in it');
    pages.push(await page(rig, token, { ...query, page: next }));
  }
  return pages;
}

const tokenOf = (rig: Rig, client = 'course-site') => tokenFor(rig, client, 'lti:members');

async function rowsOf(rig: Rig) {
  const counted = ['users', 'identities', 'sessions', 'emails', 'audit_events'] as const;
  return [
    ...(await Promise.all(counted.map((table) => rig.count(table)))),
    await rig.databases.durable.all(sql`select * from client_subjects order by client_id, user_id`),
  ];
}

forEachRig(
  'the whole way: launched from the campus, the app sees who is in the course, and of them whom it knows',
  async (rig) => {
    const campus = await openCampus(rig, '', crowded(25, 'canvas'));
    const { user } = await enter(rig, campus, 'nueva');
    const before = await rowsOf(rig);
    const token = await tokenOf(rig);
    const pages = await walk(rig, token);
    assert.deepEqual(
      pages.map(({ members }) => members.length),
      [10, 10, 5],
    );
    assert.ok(pages.every(({ cut_short, unreadable }) => !cut_short && unreadable === 0));
    const members = pages.flatMap((each) => each.members);
    const known = members.filter((member) => member.user !== null);
    assert.deepEqual(
      known.map((member) => [member.user, member.name]),
      [[user, 'Citlali Robles Peña']],
    );
    assert.deepEqual([known[0]?.email, known[0]?.email_verified], ['citlali.robles@example.com', false]);
    assert.deepEqual(await rowsOf(rig), before, 'a roster signs in, makes, ties and tells of nobody');
    assert.deepEqual(campus.complaints, []);
  },
  options,
);

const products: readonly (readonly [LtiProductName, pages: number])[] = [
  ...([
    ['plain', 41],
    ['canvas', 13],
    ['moodle', 41],
    ['blackboard', 41],
  ] as const),
  ...([
    ['d2l', 41],
    ['sakai', 41],
    ['schoology', 2],
    ['open-edx', 41],
  ] as const),
];
for (const [product, expected] of products) {
  withOneRig(
    `case 56: ${product}: 123 people in ${expected} pages, each once`,
    async (rig) => {
      const campus = await openCampus(rig, '', crowded(123, product));
      await enter(rig, campus, 'nueva');
      const pages = await walk(rig, await tokenOf(rig));
      const addresses = pages.flatMap(({ members }) => members.flatMap(({ email }) => email ?? []));
      assert.deepEqual([pages.length, pages.flatMap(({ members }) => members).length], [expected, 123]);
      assert.equal(new Set(addresses).size, addresses.length);
      assert.ok(!addresses.includes(''), 'an empty address is none');
      assert.deepEqual(campus.complaints, []);
    },
    options,
  );
}

withOneRig(
  'a role and a number are asked of the campus, and stay what they were on the next page',
  async (rig) => {
    await enter(rig, await openCampus(rig), 'nueva');
    const token = await tokenOf(rig);
    const pages = await walk(rig, token, { role: 'Learner', limit: '2' });
    assert.deepEqual(
      pages.map(({ members }) => members.length),
      [2, 2, 1],
    );
    for (const wrong of [{ limit: '0' }, { limit: '501' }, { limit: 'x' }, { role: '' }, { surprise: '1' }]) {
      assert.equal(await codeOf(await request(rig, token, path(wrong))), '400 bad_request', JSON.stringify(wrong));
    }
  },
  options,
);

withOneRig(
  'nobody is looked up by a name or an address: who has the address of a member and never came from the campus is not named',
  async (rig) => {
    const campus = await openCampus(rig);
    await enter(rig, campus, 'nueva');
    await rig.signIn(rig.browser(), 'nacional');
    await rig.databases.durable.run(sql`
      update emails set address = 'efrain.chan@example.com', address_key = 'efrain.chan@example.com'
      where user_id = (select user_id from identities where provider = 'llave-mx')`);
    const members = (await walk(rig, await tokenOf(rig))).flatMap((each) => each.members);
    const same = members.find(({ email }) => email === 'efrain.chan@example.com') ?? assert.fail();
    assert.equal(same.user, null);
  },
  options,
);

withOneRig(
  'after a merge the member is whom the app knows now; of an account that is closed the app is told no name of ours',
  async (rig) => {
    const { userId } = await enter(rig, await openCampus(rig), 'nueva');
    await rig.signIn(rig.browser(), 'nacional');
    const [row] = await rig.databases.durable.all(sql`select user_id from identities where provider = 'llave-mx'`);
    const survivorId = String(row?.user_id);
    const token = await tokenOf(rig);
    const users = async () =>
      (await walk(rig, token)).flatMap(({ members }) => members.flatMap(({ user }) => user ?? []));
    assert.deepEqual(await users(), [userId]);
    const merged = await rig.merging.merge({
      ...{ retiredId: userId, survivorId, choices: {}, by: { kind: 'operator', name: 'test' }, reason: 'one person' },
      ...{ mergeId: 'merge', reference: null, agreedTo: null, also: () => [] },
      requester: { userAgent: null, addressKey: 'test', knownDevice: null },
    });
    assert.equal(merged.kind, 'merged');
    assert.deepEqual(await users(), [survivorId]);
    await rig.databases.durable.run(sql`update users set state = 'disabled' where id = ${survivorId}`);
    assert.deepEqual(await users(), []);
  },
  options,
);

/** One member of the configuration of the course site or of the campus, as an operator changes it. */
async function change(rig: Rig, what: 'client' | 'campus', members: JsonObject): Promise<void> {
  const { configurationStore: store } = rig.open;
  const authorship = { by: 'test', reason: 'test', at: rig.clock.environment.now() };
  if (what === 'campus') await changeLti(store, { slug: 'campus', members }, authorship);
  else {
    const stored = (await store.loadAll()).entries.find(({ name }) => name === 'course-site')?.document;
    const clients = [clientSchema.parse({ ...(stored as JsonObject), ...members })];
    await changeConfiguration(
      store,
      (current) => planChanges(current, { ...nothingWritten, clients }, { prune: false, vendors: [] }),
      authorship,
    );
  }
  rig.clock.advance(3000);
}

withOneRig(
  'of names and addresses an app gets what was released to it; one that asks people gets none, for those of a roster were not asked',
  async (rig) => {
    await enter(rig, await openCampus(rig), 'nueva');
    const seen = async () => {
      const token = await tokenOf(rig);
      const members = (await walk(rig, token)).flatMap((each) => each.members);
      const names = members.flatMap((member) => Object.keys(member));
      return [...new Set(names)].filter((name) => !['user', 'status', 'roles'].includes(name)).toSorted();
    };
    assert.deepEqual(await seen(), ['email', 'email_verified', 'family_name', 'given_name', 'name']);
    await change(rig, 'client', { claims: ['given_name'] });
    assert.deepEqual(await seen(), ['given_name']);
    await change(rig, 'client', { skip_authorization: false });
    assert.deepEqual(await seen(), []);
  },
  options,
);

withOneRig(
  'a page belongs to one list of one app for a quarter of an hour; whatever else is sent is none',
  async (rig) => {
    const campus = await openCampus(rig);
    campus.addCourse({ ...ltiPracticeCourse(['nueva', 'antigua']), slug: 'fis-202' });
    await enter(rig, campus, 'nueva');
    const [roster = assert.fail()] = await rig.open.store.rosters.ofCourse('campus', COURSE);
    const { registration, deploymentId, address } = roster;
    const word = { registration, deploymentId, memberships: address };
    const context = { id: 'fis-202', label: null, title: null };
    const now = rig.clock.environment.now();
    await rig.open.store.rosters.note('course-site', { ...word, context }, now);
    const token = await tokenOf(rig);
    const { next } = await page(rig, token, { limit: '3' });
    const get = async (query: { readonly [name: string]: string }) => codeOf(await request(rig, token, path(query)));
    assert.ok(next !== null);
    assert.equal(await get({ page: next, context_id: 'fis-202' }), '410 members_page_ended');
    for (const wrong of [
      `x${next}`,
      next.slice(0, -2),
      'x',
      '1.',
      rig.open.vault.seal({ table: 't', column: 'page', row: 'r' }, '{}'),
    ]) {
      assert.equal(await get({ page: wrong }), '410 members_page_ended', wrong);
    }
    const place = (origin: string) =>
      rig.open.vault.seal(
        { table: 'rosters', column: 'page', row: roster.id },
        JSON.stringify({ url: `${origin}/x`, number: 2, until: now + 60_000 }),
      );
    assert.equal(
      await get({ page: place('https://evil.test') }),
      '410 members_page_ended',
      'as after a move of the campus',
    );
    assert.equal(await get({ page: place('http://campus.test') }), '410 members_page_ended');
    rig.clock.advance(14 * 60_000);
    await page(rig, token, { page: next });
    rig.clock.advance(60_000);
    assert.equal(await get({ page: next }), '410 members_page_ended');
  },
  options,
);

withOneRig(
  'only of courses from which a launch ended in this app, and only while launches of the campus still do',
  async (rig) => {
    await enter(rig, await openCampus(rig), 'nueva');
    const [mine, theirs] = [await tokenOf(rig), await tokenOf(rig, 'other')];
    const get = async (token: string, query = {}) => codeOf(await request(rig, token, path(query)));
    assert.equal(await get(theirs), '404 members_unknown');
    for (const other of ['viejo', 'campus', 'campus:2', 'campus:1:1', 'campus:%', 'campus:%31x', ':1']) {
      assert.equal(await get(mine, { deployment_id: other }), '404 members_unknown', other);
    }
    assert.equal(await get(mine, { context_id: 'fis-202' }), '404 members_unknown');
    await page(rig, mine);
    await change(rig, 'campus', { deployment_ids: ['2'] });
    assert.equal(await get(mine), '404 members_unknown', 'the installation is not taken any more');
    await change(rig, 'campus', { deployment_ids: ['1', '2'] });
    await page(rig, mine);
    await change(rig, 'campus', { enabled: false });
    assert.equal(await get(mine), '502 campus_refused');
    await change(rig, 'campus', { enabled: true, client: 'other' });
    assert.equal(await get(mine), '404 members_unknown', 'its people come to another app by now');
  },
  options,
);

withOneRig(
  'LTI 1.1 has no rosters, and a campus that offers none is told so',
  async (rig) => {
    const campus = await openCampus(rig);
    await enter(rig, campus, 'antigua');
    const token = await tokenOf(rig);
    const response = await request(rig, token, path({ deployment_id: 'viejo' }));
    const { code, message } = errorSchema.parse(await response.json());
    assert.deepEqual([response.status, code], [404, 'members_unknown']);
    assert.match(message, /no ofrece la lista/);
  },
  options,
);

withOneRig(
  'RFC 6750: only a token of the app itself that was made for this, while the operator lets the app do it',
  async (rig) => {
    await enter(rig, await openCampus(rig), 'nueva');
    const get = async (token: string | null) => codeOf(await request(rig, token, path()));
    assert.equal(await get(null), '401 api_token_invalid');
    assert.equal(await get(await tokenFor(rig)), '403 api_scope_missing', 'one for scores');
    const token = await tokenOf(rig);
    await page(rig, token);
    await change(rig, 'client', { api_scopes: ['lti:scores'] });
    assert.equal(await get(token), '403 api_scope_missing');
  },
  options,
);

type Fault = readonly [what: string, respond: (call: number) => Response | Error, code: string, reason: RegExp];
const json = (value: unknown, status = 200) => Response.json(value, { status });
const faults: readonly Fault[] = [
  ['forbids it', () => json({}, 403), '502 campus_refused', /forbids it \(HTTP 403\)/],
  ['has no such course', () => json({}, 404), '502 campus_refused', /HTTP 404/],
  ['does not take its token', () => json({}, 401), '502 campus_refused', /HTTP 401/],
  [
    'leads elsewhere',
    () => new Response('', { status: 302, headers: { location: '/login' } }),
    '503 campus_unavailable',
    /no answer/,
  ],
  ['answers with a page', () => new Response('<html>'), '503 campus_unavailable', /no answer/],
  ['breaks', () => json({}, 500), '503 campus_unavailable', /an error of its own \(HTTP 500\)/],
  [
    'is slow',
    () => new SignInError('provider_timeout', 'campus.test: no answer in 5 s'),
    '503 campus_unavailable',
    /no answer in/,
  ],
  [
    'is not there',
    () => new SignInError('provider_unreachable', 'campus.test: refused'),
    '503 campus_unavailable',
    /refused/,
  ],
  ['asks for fewer calls', () => json({}, 429), '429 campus_busy', /fewer calls \(HTTP 429\)/],
];
for (const [what, respond, expected, reason] of faults) {
  withOneRig(
    `a campus that ${what} is told as such, with a reason, and nothing of the answer`,
    async (rig) => {
      const campus = await openCampus(rig);
      await enter(rig, campus, 'nueva');
      const token = await tokenOf(rig);
      let calls = 0;
      rig.serve(CAMPUS, async (asked) => {
        if (!new URL(asked.url).pathname.endsWith('/memberships')) return campus.app.fetch(asked);
        calls += 1;
        const answer = respond(calls);
        if (answer instanceof Error) throw answer;
        return answer;
      });
      const response = await request(rig, token, path());
      const refused = errorSchema.parse(await response.json());
      assert.equal(`${response.status} ${refused.code}`, expected);
      assert.match(refused.reason ?? '', reason);
      // Of what has no status of its own in between, nothing was tried twice; but a token that was refused is got anew, once.
      assert.equal(calls, what === 'does not take its token' ? 2 : 1);
      if (response.status !== 429) return;
      assert.equal(response.headers.get('retry-after'), '60');
      assert.equal(await codeOf(await request(rig, token, path())), '429 campus_busy');
      assert.equal(calls, 1, 'it is left alone');
    },
    options,
  );
}

withOneRig(
  'a campus that takes the right away refuses by its words for tokens',
  async (rig) => {
    const campus = await openCampus(rig);
    await enter(rig, campus, 'nueva');
    campus.addTool({ ...newTool, scopes: [ltiScopes.score] });
    const response = await request(rig, await tokenOf(rig), path());
    const { code, reason } = errorSchema.parse(await response.json());
    assert.deepEqual([response.status, code], [502, 'campus_refused']);
    assert.match(reason ?? '', /it must be allowed there/);
  },
  options,
);

withOneRig(
  'case 56: what leads elsewhere, to itself or on for ever is cut short, and the app is told that it is not the whole',
  async (rig) => {
    const campus = await openCampus(rig);
    await enter(rig, campus, 'nueva');
    const token = await tokenOf(rig);
    let next = '';
    const asked: string[] = [];
    rig.serve(CAMPUS, async (call) => {
      if (!new URL(call.url).pathname.endsWith('/memberships')) return campus.app.fetch(call);
      asked.push(call.url);
      const members = [{ user_id: 'u', roles: [] }, { roles: [] }];
      return Response.json({ members }, { headers: { link: `<${next === 'itself' ? call.url : next}>; rel="next"` } });
    });
    for (next of [
      'https://evil.test/memberships',
      'http://campus.test/memberships',
      'itself',
      `${CAMPUS}/${'x'.repeat(4001)}`,
    ]) {
      const { members, unreadable, next: following, cut_short } = await page(rig, token);
      assert.deepEqual([members.length, unreadable, following, cut_short], [1, 1, null, true], next.slice(0, 40));
    }
    assert.ok(asked.every((url) => url.startsWith(CAMPUS)));
    next = `${CAMPUS}/memberships?a`;
    const round = await page(rig, token);
    const { id } = (await rig.open.store.rosters.ofCourse('campus', COURSE))[0] ?? assert.fail();
    const until = rig.clock.environment.now() + 60_000;
    const last = rig.open.vault.seal(
      { table: 'rosters', column: 'page', row: id },
      JSON.stringify({ url: `${CAMPUS}/memberships?b`, number: 500, until }),
    );
    assert.deepEqual([round.cut_short, (await page(rig, token, { page: last })).cut_short], [false, true]);
  },
  options,
);

withOneRig(
  'an app may ask so often in a minute; another one is not kept from it',
  async (rig) => {
    await enter(rig, await openCampus(rig), 'nueva');
    const token = await tokenOf(rig);
    const { limit } = floodLimits.campusQuestionsPerClient;
    const codes: string[] = [];
    for (let n = 0; n <= limit; n += 1)
      codes.push(await codeOf(await request(rig, token, path({ context_id: 'none' }))));
    assert.deepEqual([codes.at(-2), codes.at(-1)], ['404 members_unknown', '429 too_many_requests']);
    assert.equal(await codeOf(await request(rig, await tokenOf(rig, 'other'), path())), '404 members_unknown');
    rig.clock.advance(60_000);
    await page(rig, token);
  },
  options,
);
