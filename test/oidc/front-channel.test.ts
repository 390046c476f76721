/**
 * Telling apps of a log-out in the browser (OpenID Connect Front-Channel Logout 1.0), and whatever one of those who are told
 * does, the others are told too.
 */
import assert from 'node:assert/strict';
import { endSessionsOf } from '../../src/store/session-clients.ts';
import type { Page, TestBrowser } from '../browser.ts';
import { BROKER, type Rig } from '../rig.ts';
import {
  APP,
  appBrowser,
  authorizationUrl,
  authorizeAs,
  type ClientId,
  claimsIn,
  clientsInYaml,
  codeIn,
  EVIL,
  LOG_OUT,
  OTHER_APP,
  redeem,
  redemption,
  userInfo,
  withClients,
  withClientsOnEachDatabase,
} from './relying-party.ts';

const RACERS = 50;
const SIGNED_OUT = `${APP}/cb/signed-out`;
const WEB_SERVER = 'https://web-server.test';

type Members = { readonly [clientId in ClientId]?: readonly string[] };

/** The configuration in which these clients have further members. */
function withMembers(members: Members) {
  const moreClients = clientsInYaml().replaceAll(/ {2}- client_id: (\w+)\n/g, (line, id: ClientId) =>
    [line, ...(members[id] ?? []).map((member) => `    ${member}\n`)].join(''),
  );
  return { moreClients };
}

/** One app that knows plain addresses only, as Open edX does, and one that takes `iss` and `sid`. */
const framed: Members = {
  web: [`frontchannel_logout_uri: ${APP}/logout`],
  other: [`frontchannel_logout_uri: ${OTHER_APP}/logout?no_redirect=1`, 'frontchannel_logout_session_required: true'],
};

const tokensOf = async (rig: Rig, clientId: ClientId, answer: URL) => redeem(rig, clientId, codeIn(answer));

async function signedIn(rig: Rig, clientIds: readonly ClientId[]) {
  const browser = appBrowser(rig);
  const [first = 'web', ...more] = clientIds;
  const tokens = [await tokensOf(rig, first, await authorizeAs(browser, first, 'nacional'))];
  for (const id of more) {
    tokens.push(await tokensOf(rig, id, (await browser.get(authorizationUrl(id, { prompt: 'none' }))).url));
  }
  return { browser, tokens };
}

async function signOut(browser: TestBrowser): Promise<Page> {
  return browser.submit(await browser.get(`${BROKER}/sign-out`), 'confirm-yes');
}

const framesOn = (page: Page) => page.document.all('iframe').map((frame) => frame.attribute('src'));

function directive(page: Page, name: string): string | null {
  const policy = (page.headers.get('content-security-policy') ?? '').split(';').map((part) => part.trim());
  return policy.find((part) => part.startsWith(`${name} `))?.slice(name.length + 1) ?? null;
}

withClientsOnEachDatabase('signing out here opens the apps of this session, and no other', async (rig) => {
  await rig.configure(withMembers(framed));
  const elsewhere = await signedIn(rig, ['other']);
  const { browser } = await signedIn(rig, ['web', 'bare']);
  const page = await signOut(browser);
  assert.deepEqual(framesOn(page), [`${APP}/logout`]);
  assert.equal(page.get('continue').attribute('href'), '/sign-out');
  assert.equal(await rig.count('sessions'), 1);
  assert.deepEqual(framesOn(await signOut(elsewhere.browser)).length, 1);
});

withClients('only an app that wants them learns `iss` and `sid`; what its address holds already stays', async (rig) => {
  await rig.configure(withMembers(framed));
  const { browser, tokens } = await signedIn(rig, ['web', 'other']);
  const { sid } = claimsIn(tokens[1]?.id_token ?? '');
  const said = new URLSearchParams({ iss: BROKER, sid: String(sid) });
  assert.deepEqual(framesOn(await signOut(browser)).toSorted(), [
    `${APP}/logout`,
    `${OTHER_APP}/logout?no_redirect=1&${said}`,
  ]);
});

withClients('an app that got tokens before and after signing in anew is told of both its `sid`', async (rig) => {
  await rig.configure(withMembers(framed));
  const { browser, tokens } = await signedIn(rig, ['other']);
  const again = await tokensOf(rig, 'other', await authorizeAs(browser, 'other', 'nacional', { prompt: 'login' }));
  const known = [...tokens, again].map(({ id_token }) => claimsIn(id_token).sid);
  const told = framesOn(await signOut(browser)).map((src) => new URL(src ?? '').searchParams.get('sid'));
  assert.equal(new Set(told).size, 2);
  assert.deepEqual(told.toSorted(), known.toSorted());
});

withClients('I-01 only that page shows frames, and only of these origins; it names nobody to them', async (rig) => {
  await rig.configure(withMembers(framed));
  const { browser } = await signedIn(rig, ['web', 'other']);
  const page = await signOut(browser);
  assert.equal(directive(page, 'frame-src'), `${OTHER_APP} ${APP}`);
  assert.equal(directive(page, 'frame-ancestors'), "'none'");
  assert.equal(directive(page, 'script-src'), "'self'");
  assert.equal(directive(page, 'form-action'), "'self'");
  assert.equal(page.headers.get('referrer-policy'), 'no-referrer');
  const next = await browser.click(page, 'continue');
  assert.equal(directive(next, 'frame-src'), null);
  assert.equal(next.headers.get('referrer-policy'), 'same-origin');
  assert.deepEqual(framesOn(next), []);
});

withClients('an app signs out by a hint: the others are opened first, and then it goes back', async (rig) => {
  await rig.configure(withMembers(framed));
  const { browser, tokens } = await signedIn(rig, ['web', 'other']);
  const parameters = { id_token_hint: tokens[0]?.id_token ?? '', post_logout_redirect_uri: SIGNED_OUT, state: 's' };
  const page = await browser.get(`${LOG_OUT}?${new URLSearchParams(parameters)}`, { from: `${APP}/` });
  assert.equal(framesOn(page).length, 2);
  assert.equal(directive(page, 'frame-src'), `${OTHER_APP} ${APP}`);
  assert.equal(directive(page, 'frame-ancestors'), "'none'");
  assert.equal(page.headers.get('referrer-policy'), 'no-referrer');
  assert.equal(page.document.all('script')[0]?.attribute('data-onward'), `${SIGNED_OUT}?state=s`);
  assert.equal(await rig.count('sessions'), 0);
});

withClients('so it does where the person was asked first', async (rig) => {
  await rig.configure(withMembers(framed));
  const { browser } = await signedIn(rig, ['web']);
  const parameters = { client_id: 'web', post_logout_redirect_uri: SIGNED_OUT, state: 's' };
  const asked = await browser.get(`${LOG_OUT}?${new URLSearchParams(parameters)}`, { from: `${APP}/` });
  const page = await browser.submit(asked, 'confirm-yes');
  assert.equal(page.status, 200);
  assert.equal(page.headers.get('location'), null);
  assert.deepEqual(framesOn(page), [`${APP}/logout`]);
  assert.equal(page.get('continue').attribute('href'), `${SIGNED_OUT}?state=s`);
  const without = await signedIn(rig, ['web']);
  const own = await without.browser.submit(await without.browser.get(LOG_OUT), 'confirm-yes');
  assert.equal(own.get('continue').attribute('href'), '/sign-out');
});

for (const [what, how] of [
  ['fails', { kind: 'status-500' }],
  ['refuses', { kind: 'error-with-status', status: 411, error: 'length_required' }],
] as const) {
  withClients(`a provider that ${what} keeps nothing else from happening, and the person reads of it`, async (rig) => {
    await rig.configure(withMembers({ ...framed, web: [...(framed.web ?? []), backChannel] }));
    const told = serveWeb(rig, () => new Response(null, { status: 200 }));
    const { browser } = await signedIn(rig, ['web', 'other']);
    rig.llaveMx.misbehave({ endpoint: 'logout', how, times: 'until-reset' });
    const page = await signOut(browser);
    assert.equal(framesOn(page).length, 2);
    assert.match(page.text('unconfirmed'), /Llave MX/);
    assert.equal(page.get('advice').attribute('hidden'), null);
    assert.equal(page.document.all('script')[0]?.attribute('data-onward'), null, 'stays until it was read');
    await rig.clientEvents.settle();
    assert.equal(told.length, 1);
    assert.equal(await rig.count('sessions'), 0);
    assert.ok(rig.logged.some(({ event }) => event === 'upstream_sign_out.failed'));
  });
}

withClients(
  'a provider that hangs holds nobody up; without an app in a frame the page needs no script',
  async (rig) => {
    const { browser } = await signedIn(rig, ['bare']);
    rig.interfere(({ url }) => (url.pathname.endsWith('/cerrarSesion') ? new Promise(() => {}) : null) as never);
    const page = await signOut(browser);
    assert.match(page.text('unconfirmed'), /Llave MX/);
    assert.deepEqual([framesOn(page), page.document.all('script')], [[], []]);
    assert.equal(await rig.count('sessions'), 0);
  },
);

withClients('A-36 an app whose server answers 500 keeps the frames from nobody, and is told again', async (rig) => {
  await rig.configure(withMembers({ ...framed, web: [backChannel] }));
  const told = serveWeb(rig, () => new Response(null, { status: 500 }));
  const { browser } = await signedIn(rig, ['web', 'other']);
  assert.equal(framesOn(await signOut(browser)).length, 1);
  await rig.clientEvents.settle();
  assert.ok(rig.logged.some(({ event }) => event === 'client_event.delayed'));
  rig.clock.advance(60_000);
  await rig.clientEvents.settle();
  assert.equal(told.length, 2);
});

withClients(
  'H-05 codes and tokens of an app that is told in the browser only die wherever the session ends',
  async (rig) => {
    await rig.configure(withMembers(framed));
    const { browser, tokens } = await signedIn(rig, ['web']);
    const code = codeIn((await browser.get(authorizationUrl('web', { prompt: 'none' }))).url);
    const { sub } = claimsIn(tokens[0]?.id_token ?? '');
    const { environment } = rig.clock;
    await rig.databases.durable.atomically(endSessionsOf(String(sub), null, environment.now()));
    assert.equal((await userInfo(rig, tokens[0]?.access_token ?? '')).status, 401);
    assert.equal((await rig.broker(redemption('web', code))).status, 400);
    assert.deepEqual(await rig.open.store.outgoingEvents.waitingClients(), [], 'its server is owed nothing');
  },
);

withClientsOnEachDatabase(
  'of fifty presses of the button one ends the session, and opens each app once',
  async (rig) => {
    await rig.configure(withMembers({ ...framed, web: [...(framed.web ?? []), backChannel] }));
    const told = serveWeb(rig, () => new Response(null, { status: 200 }));
    const { browser } = await signedIn(rig, ['web', 'other']);
    const asked = await browser.get(`${BROKER}/sign-out`);
    const token = asked.document.all('input').find((input) => input.attribute('name') === 'token');
    const press = () => {
      const body = new URLSearchParams({ token: token?.attribute('value') ?? '', answer: 'yes' });
      return rig.broker(new Request(`${BROKER}/sign-out`, { method: 'POST', headers: headersOf(browser), body }));
    };
    const answers = await Promise.all(Array.from({ length: RACERS }, press));
    const pages = await Promise.all(answers.filter(({ status }) => status === 200).map((answer) => answer.text()));
    assert.deepEqual(
      pages.map((page) => page.match(/<iframe /g)?.length),
      [2],
    );
    assert.ok(answers.every(({ status }) => status === 200 || status === 303));
    await rig.clientEvents.settle();
    assert.equal(told.length, 1);
    assert.equal(rig.llaveMx.requests.filter(({ path }) => path.endsWith('/cerrarSesion')).length, 1);
  },
);

withClientsOnEachDatabase(
  'H-05 an app that redeems its code while the person signs out gets tokens that are worth nothing, and is opened',
  async (rig) => {
    await rig.configure(withMembers(framed));
    for (let round = 0; round < 5; round++) {
      const { browser } = await signedIn(rig, ['other']);
      const code = codeIn((await browser.get(authorizationUrl('web', { prompt: 'none' }))).url);
      const asked = await browser.get(`${BROKER}/sign-out`);
      const [page, redeemed] = await Promise.all([
        browser.submit(asked, 'confirm-yes'),
        rig.broker(redemption('web', code)),
      ]);
      assert.ok(framesOn(page).includes(`${APP}/logout`));
      const { access_token } = (await redeemed.json()) as { access_token?: string };
      if (access_token !== undefined) assert.equal((await userInfo(rig, access_token)).status, 401);
      assert.equal((await rig.broker(redemption('web', code))).status, 400);
    }
  },
);

withClients(
  'A-34 no request names who is opened: `sid`, `iss` and `client_id` of others change nothing',
  async (rig) => {
    await rig.configure(withMembers(framed));
    const victim = await signedIn(rig, ['web']);
    const { sid } = claimsIn(victim.tokens[0]?.id_token ?? '');
    const attacker = await signedIn(rig, ['bare']);
    const query = new URLSearchParams({ sid: String(sid), iss: BROKER, client_id: 'web' });
    const asked = await attacker.browser.get(`${BROKER}/sign-out?${query}`, { from: `${EVIL}/` });
    const page = await attacker.browser.submit(asked, 'confirm-yes');
    assert.deepEqual(framesOn(page), []);
    assert.equal(await rig.count('sessions'), 1);
    assert.equal((await userInfo(rig, victim.tokens[0]?.access_token ?? '')).status, 200);
  },
);

const backChannel = `backchannel_logout_uri: ${WEB_SERVER}/back-channel`;

function serveWeb(rig: Rig, answer: () => Response): string[] {
  const told: string[] = [];
  rig.serve(WEB_SERVER, async (request) => {
    told.push(await request.text());
    return answer();
  });
  return told;
}

function headersOf(browser: TestBrowser): Record<string, string> {
  const cookie = browser.cookies('broker.test').map(({ name, value }) => `${name}=${value}`);
  return { cookie: cookie.join('; '), origin: BROKER, 'sec-fetch-site': 'same-origin' };
}
