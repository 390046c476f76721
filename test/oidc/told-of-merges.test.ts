/**
 * DESIGN §6.5, V-08, V-17: what apps are told of a merge and of its undo, with `jose` on their side: each by the subjects that it was
 * given itself, in order, and of every session that ended with it.
 */

import assert from 'node:assert/strict';
import { createRemoteJWKSet, customFetch, type JWTPayload, jwtVerify } from 'jose';
import { createAnnounce } from '../../src/client-events/announce.ts';
import { type AccountMerging, createAccountMerging } from '../../src/credentials/account-merging.ts';
import { randomName } from '../../src/crypto.ts';
import { sql } from '../../src/store/database.ts';
import { lenientRules } from '../../src/users/merge.fixture.ts';
import type { TestBrowser } from '../browser.ts';
import { BROKER, type Rig } from '../rig.ts';
import {
  appBrowser,
  authorizationUrl,
  authorizeAs,
  type ClientId,
  claimsIn,
  clientsInYaml,
  codeIn,
  redeem,
  withClients,
  withClientsOnEachDatabase,
} from './relying-party.ts';

const TOLD = ['web', 'other', 'ministry'] as const;
const [ANA, BEA] = ['nacional', 'extranjero'];
const serverOf = (clientId: ClientId) => `https://${clientId}-server.test`;

/** Every app has an address for events, and one for log-outs. */
const addresses = {
  moreClients: clientsInYaml().replaceAll(/ {2}- client_id: (\w+)\n/g, (line, id: ClientId) =>
    (TOLD as readonly string[]).includes(id)
      ? `${line}    event_endpoint: ${serverOf(id)}/events\n    backchannel_logout_uri: ${serverOf(id)}/log-out\n`
      : line,
  ),
};

/** What an app's server has verified, as a short line for each: what happened, and the subjects. */
class App {
  readonly told: string[] = [];
  isDown = false;

  constructor(rig: Rig, clientId: ClientId) {
    const keys = createRemoteJWKSet(new URL(`${BROKER}/oauth2/jwks`), {
      [customFetch]: (url, init) => rig.broker(new Request(url, init as RequestInit)),
    });
    rig.serve(serverOf(clientId), async (request) => {
      if (this.isDown) return new Response(null, { status: 503 });
      const body = await request.text();
      const isLogout = new URL(request.url).pathname === '/log-out';
      const token = isLogout ? (new URLSearchParams(body).get('logout_token') ?? '') : body;
      const { payload } = await jwtVerify(token, keys, {
        ...{ issuer: BROKER, audience: clientId, typ: isLogout ? 'logout+jwt' : 'secevent+jwt' },
        currentDate: new Date(rig.clock.environment.now()),
      });
      this.told.push(isLogout ? `log-out ${payload.sub}` : inShort(payload));
      return new Response(null, { status: isLogout ? 200 : 202 });
    });
  }

  /** Since the last look; log-outs come in no order. */
  since(): string[] {
    const told = this.told.splice(0);
    return [
      ...told.filter((line) => !line.startsWith('log-out')),
      ...told.filter((line) => line.startsWith('log-out')),
    ];
  }
}

interface Subject {
  readonly format: string;
  readonly iss: string;
  readonly sub: string;
}

function inShort({ sub_id: who, events }: JWTPayload): string {
  const [[type, event] = assert.fail('no event')] = Object.entries(
    events as { [type: string]: Record<string, unknown> },
  );
  const to = (event.merged_into ?? event.separated_from) as Subject;
  for (const subject of [who as Subject, to]) assert.deepEqual([subject.format, subject.iss], ['iss_sub', BROKER]);
  const changed = event.subject_changed === true ? ', changed' : '';
  return `${type.replace('urn:llavero:event:', '')} ${(who as Subject).sub} ${to.sub}${changed}`;
}

function mergingOf(rig: Rig): AccountMerging {
  const { databases, vault, store, configuration } = rig.open;
  const environment = rig.clock.environment;
  return createAccountMerging({
    ...{ environment, database: databases.durable, vault, store, participants: [], rules: async () => lenientRules },
    notices: { prepare: async () => [], wake: () => {} },
    announce: createAnnounce(configuration, { vault, environment }),
    wakeClientEvents: rig.clientEvents.wake,
  });
}

const requester = { userAgent: null, addressKey: 'test', knownDevice: null };
const by = { kind: 'operator', name: 'support' } as const;
const cause = { by, reason: 'test', reference: null, requester, also: () => [] };

async function merge(rig: Rig, retiredId: string, survivorId: string) {
  const mergeId = randomName(rig.clock.environment);
  const result = await mergingOf(rig).merge({ ...cause, mergeId, retiredId, survivorId, choices: {}, agreedTo: null });
  assert.ok(result.kind === 'merged', JSON.stringify(result));
  return result.mergeId;
}

async function subAt(rig: Rig, browser: TestBrowser, clientId: ClientId, person: string): Promise<string> {
  const page = await browser.get(authorizationUrl(clientId, { prompt: 'none' }));
  const answer = page.url.searchParams.has('code') ? page.url : await authorizeAs(browser, clientId, person);
  return String(claimsIn((await redeem(rig, clientId, codeIn(answer))).id_token).sub);
}

/** The web app knows Ana, the other one both, the ministry Bea. */
async function two(rig: Rig) {
  await rig.configure(addresses);
  const apps = { web: new App(rig, 'web'), other: new App(rig, 'other'), ministry: new App(rig, 'ministry') };
  const [ana, bea] = [appBrowser(rig), appBrowser(rig)];
  const anasId = await subAt(rig, ana, 'web', ANA);
  await subAt(rig, ana, 'other', ANA);
  const beasId = await subAt(rig, bea, 'other', BEA);
  await subAt(rig, bea, 'ministry', BEA);
  return { apps, ana: anasId, bea: beasId, beasBrowser: bea };
}

const owed = (rig: Rig) => rig.databases.durable.all(sql`select id from outgoing_events`);

const toldSince = (apps: Awaited<ReturnType<typeof two>>['apps']) =>
  Object.fromEntries(Object.entries(apps).map(([clientId, app]) => [clientId, app.since()]));

withClientsOnEachDatabase(
  'V-08 of a merge and its undo each app that knew the retired is told by its own subjects, and no other',
  async (rig) => {
    const { apps, ana, bea, beasBrowser } = await two(rig);
    const mergeId = await merge(rig, ana, bea);
    await rig.clientEvents.settle();
    assert.deepEqual(toldSince(apps), {
      web: [`account-merged ${ana} ${ana}`, `log-out ${ana}`],
      other: [`account-merged ${ana} ${bea}, changed`, `log-out ${ana}`],
      ministry: [],
    });
    // Bea goes on where Ana was, under the subject that the app knows.
    assert.equal(await subAt(rig, beasBrowser, 'web', BEA), ana);
    assert.equal((await mergingOf(rig).unmerge({ ...cause, mergeId })).kind, 'unmerged');
    await rig.clientEvents.settle();
    assert.deepEqual(toldSince(apps), {
      web: [`account-unmerged ${ana} ${ana}`, `log-out ${ana}`],
      other: [`account-unmerged ${ana} ${bea}, changed`, `log-out ${bea}`],
      ministry: [`log-out ${bea}`],
    });
    assert.deepEqual(await owed(rig), []);
  },
);

withClients('V-17 an app that was down learns of the merge before its undo, and of both', async (rig) => {
  const { apps, ana, bea } = await two(rig);
  apps.other.isDown = true;
  const mergeId = await merge(rig, ana, bea);
  await rig.clientEvents.settle();
  assert.equal((await mergingOf(rig).unmerge({ ...cause, mergeId })).kind, 'unmerged');
  await rig.clientEvents.settle();
  assert.deepEqual(apps.other.since(), []);
  apps.other.isDown = false;
  for (let hours = 0; hours < 2; hours += 1) {
    rig.clock.advance(60 * 60_000);
    rig.clientEvents.wake();
    await rig.clientEvents.settle();
  }
  assert.deepEqual(
    apps.other.since().filter((line) => !line.startsWith('log-out')),
    [`account-merged ${ana} ${bea}, changed`, `account-unmerged ${ana} ${bea}, changed`],
  );
});

withClientsOnEachDatabase('a merge that did not happen is told to nobody', async (rig) => {
  const { apps, ana, bea } = await two(rig);
  const impossible = { statement: sql`delete from users where id = 'nobody'`, changes: 1 } as const;
  const mergeId = randomName(rig.clock.environment);
  const request = { ...cause, mergeId, retiredId: ana, survivorId: bea, choices: {}, agreedTo: null };
  const result = await mergingOf(rig).merge({ ...request, also: () => [impossible] });
  assert.equal(result.kind, 'refused');
  rig.clientEvents.wake();
  await rig.clientEvents.settle();
  assert.deepEqual(toldSince(apps), { web: [], other: [], ministry: [] });
  assert.deepEqual(await owed(rig), []);
});
