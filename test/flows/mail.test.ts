/**
 * Mail in a whole broker: which way it leaves, in whose name, and what is said where none can.
 */
import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { test } from 'node:test';
import { type Broker, openBroker } from '../../src/broker.ts';
import { type ProcessEnvironment, parseSettings } from '../../src/config.ts';
import { parseConfigurationFile } from '../../src/configuration/file.ts';
import { applyChanges, planChanges } from '../../src/configuration/plan.ts';
import { createLog } from '../../src/events/log.ts';
import { outgoing } from '../../src/mail/fixture.ts';
import type { JsonObject } from '../../src/model.ts';
import { vendors } from '../../src/providers/registry.ts';
import { withDatabases } from '../databases.ts';
import { DEPLOYMENT_SECRET, forEachRig } from '../rig.ts';
import { startSmtpServer } from '../smtp-server.ts';

const { message } = outgoing('ana@uni.example');
const clock = { offset: 0 };
const environment = { now: () => Date.now() + clock.offset, randomBytes: (bytes: number) => randomBytes(bytes) };
const inTenMinutes = () => ({ notAfter: environment.now() + 600_000 });

forEachRig('a mail that a test waits for is there, and nothing is left of it', async (rig) => {
  assert.equal(await rig.lastMail('ana@uni.example'), null);
  await rig.mail.sendMail(message, { notAfter: rig.clock.environment.now() + 600_000 });
  assert.deepEqual(await rig.lastMail('ana@uni.example'), message);
  assert.equal(await rig.lastMail('other@uni.example'), null);
  assert.deepEqual(rig.mailbox, [message]);
  assert.doesNotMatch(JSON.stringify(rig.logged), /ana@|uni\.example|481516/);
});

/** A broker with these variables, over this database. */
async function withBroker(
  url: string,
  env: ProcessEnvironment,
  body: (broker: Broker, logged: readonly JsonObject[]) => Promise<void>,
): Promise<void> {
  const logged: JsonObject[] = [];
  const destination = { write: (line: string) => logged.push(JSON.parse(line)) };
  const log = createLog({ level: 'debug', environment, showPlaces: true, destination });
  const settings = parseSettings({
    LLAVERO_PUBLIC_URL: 'https://entrar.example.mx',
    LLAVERO_SECRET: DEPLOYMENT_SECRET,
    LLAVERO_DATABASE_URL: url,
    ...env,
  });
  const broker = await openBroker(settings, { environment, log });
  try {
    await body(broker, logged);
  } finally {
    await broker.close();
  }
}

const onItsOwn = (body: (url: string) => Promise<void>) => withDatabases('SQLite file', ({ url }) => body(url));

test('F-17: with a mail server a mail arrives from the operator’s address, in the name that is configured', (t) =>
  onItsOwn(async (url) => {
    const server = await startSmtpServer();
    t.after(() => server.close());
    await withBroker(url, { LLAVERO_SMTP_URL: `smtp://127.0.0.1:${server.port}` }, async (broker, logged) => {
      const text = 'brand: { product_name: Campus Virtual }\nmail: { from_address: hola@uni.example }';
      const wanted = parseConfigurationFile(text, { env: {}, vendors });
      const plan = planChanges(await broker.configurationStore.loadAll(), wanted, { prune: false, vendors });
      await applyChanges(broker.configurationStore, plan, { by: 'test', reason: 'test', at: environment.now() });
      assert.equal(broker.mail.canSend, true);
      const arrival = server.next();
      await broker.mail.sendMail(message, inTenMinutes());
      const { from, to, mail } = await arrival;
      assert.deepEqual([from, to], ['hola@uni.example', ['ana@uni.example']]);
      assert.deepEqual(mail.from, { name: 'Campus Virtual', address: 'hola@uni.example' });
      assert.ok(!logged.some(({ event }) => event === 'mail.unavailable'));
    });
  }));

test('F-17: a mail that could not be sent when its process ended is sent by the next one', (t) =>
  onItsOwn(async (url) => {
    const server = await startSmtpServer();
    const gone = await startSmtpServer();
    t.after(() => server.close());
    await gone.close();
    await withBroker(url, { LLAVERO_SMTP_URL: `smtp://127.0.0.1:${gone.port}` }, (broker) =>
      broker.mail.sendMail(message, inTenMinutes()),
    );
    clock.offset += 60_000;
    const arrival = server.next();
    await withBroker(url, { LLAVERO_SMTP_URL: `smtp://127.0.0.1:${server.port}` }, async () => {
      assert.equal((await arrival).mail.subject, message.subject);
    });
    assert.equal(server.received.length, 1);
  }));

test('production without a mail server says so once, and that no mail can be sent can be asked', () =>
  onItsOwn((url) =>
    withBroker(url, {}, async (broker, logged) => {
      assert.equal(broker.mail.canSend, false);
      const said = logged.filter(({ event }) => event === 'mail.unavailable');
      assert.deepEqual(
        said.map(({ level, detail }) => [level, detail]),
        [['warn', 'no mail can be sent: LLAVERO_SMTP_URL is not set']],
      );
    }),
  ));
