/**
 * Rosters of the practice campus by Names and Role Provisioning (lti.md §3.12).
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type RosterQuery, readMembers } from '../../src/lti/services/memberships.ts';
import { ServiceError } from '../../src/lti/services/service-error.ts';
import { answerWith, CAMPUS, COURSE, createServiceWorld, type ServiceWorld } from './service-world.ts';

const address = new URL(`${CAMPUS}/lti/courses/${COURSE}/memberships`);
const everybody: RosterQuery = { role: null, limit: null, resourceLinkId: null };

function roster(world: ServiceWorld, query: Partial<RosterQuery> = {}) {
  const { client, errand } = world.client();
  return readMembers(client, errand, { address, query: { ...everybody, ...query } });
}

test('case 56: members come page after page, by links whose query is followed as it is', async () => {
  const world = createServiceWorld();
  const { items, isWhole, unreadable } = await roster(world);
  assert.deepEqual([items.length, isWhole, unreadable], [7, true, 0]);
  const asked = world.callsTo('/memberships').map(({ url }) => url.search);
  assert.deepEqual(asked, ['', '?Pagina=Desde3', '?Pagina=Desde6']);
  const learner = items.find(({ userId }) => userId === world.simulator.subjectOf('alumna', COURSE));
  assert.deepEqual(learner, {
    ...{ userId: 'u-2', status: 'Active', roles: ['http://purl.imsglobal.org/vocab/lis/v2/membership#Learner'] },
    ...{ name: 'Citlali Robles Peña', givenName: 'Citlali', familyName: 'Robles Peña' },
    ...{ email: 'citlali.robles@example.com', sourcedId: 'A01234567' },
  });
  assert.deepEqual(world.simulator.complaints, []);
});

test('a role, a number and a link are asked for, beside what stands in the address', async () => {
  const world = createServiceWorld();
  const { items } = await roster(world, { role: 'Instructor', limit: 2, resourceLinkId: 'mat-101.llavero-curso' });
  assert.deepEqual(
    items.map(({ userId }) => userId),
    ['u-4'],
  );
  const { client, errand } = world.client();
  const withOwn = new URL(`${address}?Grupo=A&x=%7e`);
  await readMembers(client, errand, { address: withOwn, query: { ...everybody, limit: 2 } });
  const [role, own] = world.callsTo('/memberships').map(({ url }) => url.search);
  assert.equal(role, '?role=Instructor&limit=2&rlid=mat-101.llavero-curso');
  assert.equal(own, '?Grupo=A&x=%7e&limit=2');
});

/** Each page names this address as the next one. */
const nextIs = (world: ServiceWorld, next: (page: number) => string) => {
  let page = 0;
  world.wrap(async (request, through) => {
    if (!request.url.pathname.endsWith('/memberships')) return through(request);
    page += 1;
    const members = [{ user_id: `u-${page}`, roles: [] }];
    return answerWith(200, JSON.stringify({ members }), { link: `<${next(page)}>; rel="next"` });
  });
};

test('case 56: links that go round, lead elsewhere or never end are not followed for ever', async () => {
  const round = createServiceWorld();
  nextIs(round, (page) => (page % 2 === 0 ? address.href : `${address}?Pagina=2`));
  assert.deepEqual(await roster(round).then(({ items, isWhole }) => [items.length, isWhole]), [2, false]);

  const elsewhere = createServiceWorld();
  nextIs(elsewhere, () => 'https://evil.test/lms/lti/courses/mat-101/memberships?page=2');
  assert.deepEqual(await roster(elsewhere).then(({ items, isWhole }) => [items.length, isWhole]), [1, false]);
  assert.ok(
    elsewhere.calls.every(({ url }) => url.host === 'campus.test'),
    'no token went elsewhere',
  );

  const plain = createServiceWorld();
  nextIs(plain, () => address.href.replace('https:', 'http:'));
  assert.equal((await roster(plain)).isWhole, false);
  assert.ok(plain.calls.every(({ url }) => url.protocol === 'https:'));

  const endless = createServiceWorld();
  nextIs(endless, (page) => `${address}?page=${page}`);
  assert.deepEqual(await roster(endless).then(({ items, isWhole }) => [items.length, isWhole]), [500, false]);
});

test('a link to the next page may be relative, and one that cannot be read is an answer that cannot be', async () => {
  const relative = createServiceWorld();
  nextIs(relative, (page) => (page === 1 ? '?Pagina=2' : '?Pagina=2#end'));
  const { items, isWhole } = await roster(relative);
  assert.deepEqual([items.length, isWhole], [2, false]);
  const broken = createServiceWorld();
  nextIs(broken, () => 'https://[');
  await assert.rejects(roster(broken), ServiceError.of('answer_unreadable', 200));
});

/** As cases 47 and 48 have it for launches. */
const members: readonly (readonly [what: string, member: unknown, isRead: boolean])[] = [
  ['without user_id', { roles: [] }, false],
  ['with an empty user_id', { user_id: '', roles: [] }, false],
  ['with 300 characters of user_id', { user_id: 'x'.repeat(300), roles: [] }, false],
  ['with a number for user_id', { user_id: 7, roles: [] }, false],
  ['without roles', { user_id: 'u' }, false],
  ['with one role that is no list', { user_id: 'u', roles: 'Learner' }, false],
  ['with a role that is a number', { user_id: 'u', roles: [1] }, false],
  ['with 201 roles', { user_id: 'u', roles: Array.from({ length: 201 }, () => 'x') }, false],
  ['with 200 roles', { user_id: 'u', roles: Array.from({ length: 200 }, () => 'x') }, true],
  ['with no role', { user_id: 'u', roles: [] }, true],
  ['with a status of its own', { user_id: 'u', roles: [], status: 'Gone' }, false],
  ['that is gone', { user_id: 'u', roles: [], status: 'Deleted' }, true],
  ['with nulls', { user_id: 'u', roles: [], name: null, email: null }, true],
  ['with a name that is an object', { user_id: 'u', roles: [], name: {} }, false],
  ['that is null', null, false],
  ['that is a text', 'u', false],
];

for (const [what, member, isRead] of members) {
  test(`a member ${what} is ${isRead ? 'read' : 'counted as unreadable'}, and the others are read`, async () => {
    const world = createServiceWorld();
    world.wrap(async (request, next) => {
      if (!request.url.pathname.endsWith('/memberships')) return next(request);
      return answerWith(200, JSON.stringify({ members: [{ user_id: 'U', roles: [] }, member] }));
    });
    const { items, unreadable } = await roster(world);
    assert.deepEqual([items.length, unreadable], isRead ? [2, 0] : [1, 1]);
  });
}

for (const body of ['', '[]', '{}', '{"members":{}}', '{"members":null}', '<html>', '{"members":[],"members":[]}']) {
  test(`a page that is ${body === '' ? 'empty' : body} is no roster`, async () => {
    const world = createServiceWorld();
    world.wrap(async (request, next) =>
      request.url.pathname.endsWith('/memberships') ? answerWith(200, body) : next(request),
    );
    await assert.rejects(roster(world), ServiceError);
  });
}
