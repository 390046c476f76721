/**
 * H-08: whoever stole both databases while people were signed in, codes unredeemed and sign-ins under way, holds nothing
 * that opens anything.
 */
import assert from 'node:assert/strict';
import type { Database } from '../../src/store/database.ts';
import { BROKER, COURSE_SITE, COURSE_SITE_SECRET, forEachRig, type Rig } from '../rig.ts';
import { askBeforeCreating } from '../steps.ts';
import { allTables } from '../tables.ts';

forEachRig(
  'H-08 no value of a stolen database works as cookie, code, state, token or secret',
  async (rig) => {
    const signedIn = rig.browser();
    await signedIn.submit(await rig.signIn(signedIn, 'nacional'), 'confirm-yes');
    const code = await unredeemedCode(signedIn);
    await rig.toLlaveMx(rig.browser());
    const waiting = rig.browser();
    await rig.signIn(waiting, 'correo-sin-verificar');

    const stolen = await stolenValues(rig);
    assert.ok(stolen.size > 60, `${stolen.size} values`);
    const signInIds = [...stolen].filter((value) => /^[\w-]{22}$/.test(value));
    for (const value of stolen) {
      await assertOpensNothing(rig, value);
      for (const id of signInIds) await assertNoBrowserOf(rig, id, value);
    }
    // The same attempts with the true values succeed, so the ones above could have.
    assert.equal((await userInfo(rig, (await redeem(rig, code, COURSE_SITE_SECRET)).access_token ?? '')).status, 200);
    const cookie = signedIn.cookies('broker.test').map(({ name, value }) => `${name}=${value}`);
    assert.equal((await account(rig, cookie.join('; '))).status, 200);
  },
  { steps: askBeforeCreating },
);

/** Every text in every column, whole and, where it is JSON or a list of parts, in pieces. */
async function stolenValues(rig: Rig): Promise<Set<string>> {
  const values = new Set<string>();
  const add = (value: unknown): void => {
    if (typeof value === 'object' && value !== null) Object.values(value).forEach(add);
    if (typeof value !== 'string' || value.length < 8) return;
    // A header cannot carry it, so neither can an attacker's request.
    if (/^[\x21-\x7e]+$/.test(value)) values.add(value);
    try {
      if (/^[[{]/.test(value)) add(JSON.parse(value));
    } catch {}
    if (value.includes(':') && !value.startsWith('{')) value.split(':').forEach(add);
  };
  for (const part of ['durable', 'ephemeral'] as const) {
    const database: Database = rig.databases[part];
    for (const table of allTables[part]) {
      const rows = await database.all({ shape: [`select * from ${table}`], values: [] });
      rows.forEach(add);
    }
  }
  return values;
}

async function assertOpensNothing(rig: Rig, value: string): Promise<void> {
  const what = value.slice(0, 40);
  const cookies = [`__Host-llavero-session=${value}`, `__Host-llavero-oidc-session=${value}`];
  for (const cookie of cookies) {
    assert.equal((await account(rig, cookie)).status, 303, what);
    const silent = await rig.broker(new Request(authorize({ prompt: 'none' }), { headers: { cookie } }));
    assert.match(silent.headers.get('location') ?? '', /error=login_required/, what);
  }
  if (value.length < 4000) assert.equal((await userInfo(rig, value)).status, 401, what);
  assert.equal((await redeem(rig, value, COURSE_SITE_SECRET)).error, 'invalid_grant', what);
  assert.equal((await redeem(rig, 'x', value)).error, 'invalid_client', what);
}

async function assertNoBrowserOf(rig: Rig, id: string, value: string): Promise<void> {
  const headers = { cookie: `__Host-llavero-sign-in-${id}=${value}` };
  const answer = await rig.broker(new Request(`${BROKER}/sign-in/step?id=${id}`, { headers }));
  assert.equal(answer.status, 400, value.slice(0, 40));
}

function authorize(more: Record<string, string>): string {
  const parameters = {
    client_id: 'course-site',
    redirect_uri: `${COURSE_SITE}/callback`,
    response_type: 'code',
    scope: 'openid',
    ...more,
  };
  return `${BROKER}/oauth2/authorize?${new URLSearchParams(parameters)}`;
}

async function unredeemedCode(browser: ReturnType<Rig['browser']>): Promise<string> {
  let page = await browser.get(authorize({}), { follow: false });
  while (page.redirect?.origin === BROKER) page = await browser.get(page.redirect, { from: page, follow: false });
  const code = page.redirect?.searchParams.get('code');
  if (code === null || code === undefined) throw new Error('no code was given');
  return code;
}

const account = (rig: Rig, cookie: string) => rig.broker(new Request(`${BROKER}/account`, { headers: { cookie } }));

const userInfo = (rig: Rig, token: string) =>
  rig.broker(new Request(`${BROKER}/oauth2/userinfo`, { headers: { authorization: `Bearer ${token}` } }));

async function redeem(rig: Rig, code: string, secret: string): Promise<{ error?: string; access_token?: string }> {
  const basic = Buffer.from(`course-site:${encodeURIComponent(secret)}`).toString('base64');
  const body = new URLSearchParams({ grant_type: 'authorization_code', code, redirect_uri: `${COURSE_SITE}/callback` });
  const headers = { authorization: `Basic ${basic}` };
  const answer = await rig.broker(new Request(`${BROKER}/oauth2/token`, { method: 'POST', headers, body }));
  return (await answer.json()) as { error?: string; access_token?: string };
}
