import assert from 'node:assert/strict';
import { test } from 'node:test';
import { campus, createFixture } from './fixture.ts';
import { scopes } from './tool.ts';

test('§3.12 members come a page at a time, by links whose query is in mixed case', async () => {
  const { fetch, bearer, simulator } = createFixture();
  const headers = await bearer(scopes.memberships);
  const seen: string[] = [];
  let path: string | undefined = '/lti/courses/mat-101/memberships';
  for (let pages = 0; path !== undefined; pages += 1) {
    assert.ok(pages < 10);
    const answer: Response = await fetch(path, { headers });
    const { members } = (await answer.json()) as { members: { user_id: string }[] };
    seen.push(...members.map(({ user_id }) => user_id));
    path = /^<(.+)>; rel="next"$/.exec(answer.headers.get('link') ?? '')?.[1]?.slice(campus.length);
    if (path !== undefined) assert.match(path, /Pagina=Desde\d+/);
  }
  assert.equal(seen.length, 7);
  assert.equal(new Set(seen).size, 7);
  assert.ok(seen.includes(simulator.subjectOf('alumna', 'mat-101') ?? ''));
});

test('members of one role, and nobody for a token of something else, none, or an old one', async () => {
  const { fetch, bearer, pass } = createFixture();
  const headers = await bearer(scopes.memberships);
  const path = '/lti/courses/mat-101/memberships';
  const { members } = (await (await fetch(`${path}?role=Instructor`, { headers })).json()) as { members: object[] };
  assert.equal(members.length, 1);
  assert.equal((await fetch(path)).status, 401);
  assert.equal((await fetch(path, { headers: await bearer(scopes.score) })).status, 403);
  assert.equal((await fetch(path, { headers: { ...headers, accept: 'text/html' } })).status, 406);
  pass(3_600_000);
  assert.equal((await fetch(path, { headers })).status, 401);
});
