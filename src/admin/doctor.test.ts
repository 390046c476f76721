import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { chmod, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { type ProcessEnvironment, parseSettings, parseStoreSettings } from '../config.ts';
import { parseConfigurationFile } from '../configuration/file.ts';
import { registrationSchema } from '../configuration/registration-document.ts';
import type { ConfigurationSnapshot } from '../configuration/snapshot.ts';
import type { DeliveryFailure } from '../delivery/attempt.ts';
import { createLog } from '../events/log.ts';
import type { Outbound, OutboundRequest } from '../http.ts';
import type { Environment } from '../model.ts';
import { openStore } from '../open-store.ts';
import { vendors } from '../providers/registry.ts';
import { applyConfiguration } from './configuration.ts';
import { examine } from './doctor.ts';
import { examineEvents } from './doctor-events.ts';
import { examineMail } from './doctor-mail.ts';

const NOW = Date.parse('2026-11-03T12:00:00Z');
const environment: Environment = { now: () => NOW, randomBytes: (bytes) => randomBytes(bytes) };
const SECRET = 'practice-deployment-secret-0123456789abcdef';

const configuration = `
providers:
  - slug: llave-mx
    vendor: llave-mx
    enabled: true
    settings: { environment: val, mode: apps, client_id: "202508101834311980" }
clients:
  - client_id: lms
    client_name: Campus LMS
    client_secret: practice-client-secret-0123456789
    redirect_uris: [https://lms.example/callback]
    skip_authorization: true
`;

async function deployment(t: TestContext, more: ProcessEnvironment = {}) {
  const folder = await mkdtemp(join(tmpdir(), 'llavero-doctor-'));
  t.after(() => rm(folder, { recursive: true }));
  const env: ProcessEnvironment = {
    LLAVERO_DATABASE_URL: `sqlite:${folder}/llavero.db`,
    LLAVERO_SECRET: SECRET,
    LLAVERO_PUBLIC_URL: 'https://sign-in.example',
    LLAVERO_TRUSTED_PROXIES: '127.0.0.1',
    ...more,
  };
  /** As `apply` would; makes the database. */
  async function apply(text: string): Promise<void> {
    const log = createLog({ level: 'silent', environment, showPlaces: false });
    const open = await openStore(parseStoreSettings(env), { environment, log }, 'refused');
    try {
      const author = { by: 'test', reason: 'test', at: NOW };
      const wanted = parseConfigurationFile(text, { env: {}, vendors });
      await applyConfiguration(open.configurationStore, wanted, { prune: true, vendors }, author);
    } finally {
      await open.close();
    }
  }
  return { folder, env, apply };
}

/** A world in which every call is answered like this. */
async function diagnose(
  env: ProcessEnvironment,
  answer: (request: OutboundRequest) => ReturnType<Outbound> = unreached,
  mailFailure: DeliveryFailure | null = null,
) {
  const findings = await examine({
    env,
    environment,
    vendors,
    outbound: () => ({ for: () => answer, close: async () => {} }),
    checkMailServer: async () => mailFailure,
  });
  const not = (verdict: 'bad' | 'unsure') =>
    findings.filter((finding) => finding.verdict === verdict).map(({ subject, detail }) => `${subject}: ${detail}`);
  return { findings, bad: not('bad'), unsure: not('unsure') };
}

const unreached = () => Promise.reject(new Error('no call was expected'));

test('O-10 before the first start the doctor says what will be made, and makes nothing', async (t) => {
  const { folder, env } = await deployment(t, { LLAVERO_SECRET: undefined });
  const { bad, unsure } = await diagnose(env);
  assert.deepEqual(bad, []);
  assert.equal(unsure.length, 2);
  assert.match(unsure.join(), /secret: there is none yet.*database: .*llavero\.db is not there yet/);
  assert.deepEqual(await readdir(folder), []);
});

test('every fault of the settings is a finding, and the rest is examined nevertheless', async (t) => {
  const { env, apply } = await deployment(t);
  await apply(configuration);
  const { bad, findings } = await diagnose({ ...env, LLAVERO_PORT: 'x', LLAVERO_PUBLIC_URL: 'http://sign-in.example' });
  assert.deepEqual(
    bad.map((line) => line.split(' ').slice(0, 2).join(' ')),
    ['settings: LLAVERO_PORT', 'settings: LLAVERO_PUBLIC_URL'],
  );
  assert.ok(findings.some(({ subject }) => subject === 'schema'));
});

test('a public address that only this machine reaches is bad in production', async (t) => {
  const { env } = await deployment(t, { LLAVERO_PUBLIC_URL: 'http://localhost:4400' });
  assert.match((await diagnose(env)).bad.join(), /public address: .* is not https/);
  assert.match((await diagnose({ ...env, NODE_ENV: 'development' })).unsure.join(), /public address/);
});

test('G-12 https without a proxy that is believed: everybody would count as one client', async (t) => {
  const { env } = await deployment(t, { LLAVERO_TRUSTED_PROXIES: undefined });
  assert.match((await diagnose(env)).unsure.join(), /proxies: none: name the one that ends TLS/);
  const local = { ...env, NODE_ENV: 'development', LLAVERO_PUBLIC_URL: 'http://localhost:4400' };
  assert.doesNotMatch((await diagnose(local)).unsure.join(), /proxies/);
  assert.doesNotMatch((await diagnose({ ...env, LLAVERO_TRUSTED_PROXIES: '10.0.0.0/8' })).unsure.join(), /proxies/);
});

test('N-03 a wrong secret is found without writing, and one that others can read is refused', async (t) => {
  const { folder, env, apply } = await deployment(t);
  await apply(configuration);
  const wrong = await diagnose({ ...env, LLAVERO_SECRET: 'another-deployment-secret-0123456789abcdef' });
  assert.match(wrong.bad.join(), /secret: it is not the one that this database was made with/);
  const absent = await diagnose({ ...env, LLAVERO_SECRET: undefined });
  assert.match(absent.bad.join(), /secret: there is none/);
  await writeFile(join(folder, 'secret'), SECRET);
  await chmod(join(folder, 'secret'), 0o644);
  assert.match((await diagnose({ ...env, LLAVERO_SECRET: undefined })).bad.join(), /secret: .* chmod 600/);
});

test('a provider that refuses our client, and a clock that is off, are found with what to do', async (t) => {
  const { env, apply } = await deployment(t);
  await apply(configuration);
  const { bad, findings } = await diagnose(env, async () => ({
    status: 401,
    headers: { date: 'Tue, 03 Nov 2026 12:02:00 GMT' },
    body: '{}',
  }));
  assert.match(bad.join(), /provider llave-mx, authorization page: It answers with status 401/);
  assert.match(bad.join(), /clock against \S*llave\S*: 120 s apart: have this machine's clock set by NTP/);
  const registered = findings.find(({ subject }) => subject === 'provider llave-mx');
  assert.match(registered?.detail ?? '', /register the address https:\/\/sign-in\.example\/callback\/llave-mx/);
});

test('a way of our own has no address to register anywhere', async (t) => {
  const { env, apply } = await deployment(t);
  await apply(configuration.replace('providers:', 'providers:\n  - { slug: guest, vendor: guest, enabled: true }'));
  const { findings } = await diagnose(env, async () => ({ status: 200, headers: {}, body: '{}' }));
  const found = findings.find(({ subject }) => subject === 'provider guest');
  assert.equal(found?.detail, 'a way of our own');
});

test('a deployment in which nobody can sign in is bad', async (t) => {
  const { env, apply } = await deployment(t);
  await apply(configuration.replace('enabled: true', 'enabled: false'));
  assert.deepEqual((await diagnose(env)).bad, ['providers: none is enabled: nobody can sign in']);
});

const answering = async () => ({ status: 200, headers: {}, body: '{}' });

test('F-17 a deployment that can send no mail is told so, and a mail server that does not take us is found', async (t) => {
  const { env, apply } = await deployment(t);
  await apply(configuration);
  const mail = { ...env, LLAVERO_SMTP_URL: 'smtps://user:canary@mail.example' };
  assert.match((await diagnose(env, answering)).unsure.join(), /mail: none can be sent: set LLAVERO_SMTP_URL/);
  const failure = { detail: 'the mail server does not accept the login', code: 'EAUTH', status: 535 };
  assert.deepEqual(
    (await diagnose(mail, answering, failure)).bad.filter((line) => line.startsWith('mail')),
    ['mail: mail.example:465: the mail server does not accept the login (EAUTH)'],
  );
  const well = (await diagnose(mail, answering)).findings.find(({ subject }) => subject === 'mail');
  assert.deepEqual(well?.verdict, 'good');
  assert.match(well?.detail ?? '', /as Llavero <no-reply@sign-in\.example>/);
  const development = await diagnose({ ...env, NODE_ENV: 'development' }, answering);
  assert.equal(development.findings.find(({ subject }) => subject === 'mail')?.verdict, 'good');
});

test('a way to sign in that needs mail is bad where none can be sent', async () => {
  const settings = parseSettings({ LLAVERO_PUBLIC_URL: 'https://sign-in.example', LLAVERO_SECRET: SECRET });
  const check = () => assert.fail('there is no server to ask');
  const verdictFor = async (vendors: { readonly [vendor: string]: boolean }, registration: object | null = null) => {
    const documents = Object.entries(vendors).map(([vendor, enabled]) => ({ slug: `our-${vendor}`, vendor, enabled }));
    const asked = registration === null ? null : registrationSchema.parse(registration);
    const snapshot = {
      providers: new Map(documents.map((document) => [document.slug, document])),
      registration: asked,
    };
    const [finding] = await examineMail(snapshot as unknown as ConfigurationSnapshot, settings, check);
    return `${finding?.verdict}: ${finding?.detail}`;
  };
  const harmless = 'unsure: none can be sent: set LLAVERO_SMTP_URL';
  assert.equal(await verdictFor({}), harmless);
  assert.equal(await verdictFor({ google: true, email: false, password: false }), harmless);
  const stranded = 'bad: none can be sent, and it is needed by our-email, our-password: set LLAVERO_SMTP_URL';
  assert.equal(await verdictFor({ google: true, email: true, password: true }), stranded);
  assert.equal(await verdictFor({}, { verify_email: false, fields: { city: 'required' } }), harmless);
  const unproved = 'bad: none can be sent, and it is needed by registration: set LLAVERO_SMTP_URL';
  assert.equal(await verdictFor({}, { verify_email: true }), unproved);
  assert.equal(await verdictFor({}, { verify_email: false, fields: { email: 'optional' } }), unproved);
});

test('the doctor repeats no secret', async (t) => {
  const { env, apply } = await deployment(t);
  await apply(configuration);
  const { findings } = await diagnose(env, async () => ({ status: 200, headers: {}, body: '{}' }));
  assert.ok(findings.length > 8);
  for (const secret of [SECRET, 'practice-client-secret-0123456789']) {
    assert.ok(!JSON.stringify(findings).includes(secret));
  }
});

test('V-17 dead letters, and what waits for long, are for the operator to look at', () => {
  const hour = 60 * 60_000;
  assert.deepEqual(
    examineEvents({ waiting: 3, waitingSince: NOW - hour + 1, dead: 0 }, NOW).map(({ verdict }) => verdict),
    ['good'],
  );
  const findings = examineEvents({ waiting: 3, waitingSince: NOW - 5 * hour, dead: 2 }, NOW);
  assert.deepEqual(
    findings.map(({ verdict, detail }) => `${verdict}: ${detail.slice(0, 36)}`),
    ['unsure: 3 events wait, the oldest for 5 h: s', 'unsure: 2 dead letters: see `llavero event l'],
  );
});
