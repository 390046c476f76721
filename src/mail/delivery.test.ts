/**
 * F-17, V-19, V-25: when a mail is sent, tried again and given up, on every database and with a clock that the test moves.
 */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { countRows, forEachStore, NOW, stoppedClock, type TestStore } from '../../test/store-fixture.ts';
import { type Delivery, waitAfter } from '../delivery/attempt.ts';
import { createLog } from '../events/log.ts';
import type { JsonObject } from '../model.ts';
import { type Database, sql } from '../store/database.ts';
import { type ClaimedMail, createOutbox, type Outbox, type OutgoingMail } from '../store/outbox.ts';
import { LEASE, LONGEST_WAIT, startDelivery } from './delivery.ts';
import { outgoing, sender } from './fixture.ts';
import { type MailService, startMail } from './mail.ts';
import { DELIVERIES_AT_ONCE, type MailTransport, noTransport } from './transport.ts';

const later: Delivery = { kind: 'later', detail: 'the mail server refused the mail', code: 'EENVELOPE', status: 451 };
const never: Delivery = { kind: 'never', detail: 'the mail server refused the mail', code: 'EENVELOPE', status: 550 };
const sent: Delivery = { kind: 'sent' };
const MINUTE = 60_000;

interface Post {
  readonly mail: MailService;
  /** Every mail that was handed over, in order, as often as it was. */
  readonly delivered: OutgoingMail[];
  readonly logged: JsonObject[];
  /** What becomes of the mails from now on. */
  answer(how: (mail: OutgoingMail) => Delivery | Promise<Delivery>): void;
  waiting(): Promise<number>;
}

function post({ store, clock, databases }: TestStore, answer: MailTransport['deliver'] = async () => sent): Post {
  let answering = answer;
  const delivered: OutgoingMail[] = [];
  const logged: JsonObject[] = [];
  const transport: MailTransport = {
    canSend: true,
    deliver(mail, from) {
      assert.deepEqual(from, sender);
      delivered.push(mail);
      return answering(mail, from);
    },
    close() {},
  };
  const log = createLog({
    level: 'debug',
    environment: clock,
    showPlaces: true,
    destination: { write: (line: string) => logged.push(JSON.parse(line)) },
  });
  const mail = startMail({
    outbox: store.outbox,
    transport,
    sender: async () => sender,
    environment: clock,
    log,
    delay: async () => {},
  });
  return {
    mail,
    delivered,
    logged,
    answer(how) {
      answering = async (mail) => how(mail);
    },
    waiting: () => countRows(databases.durable, 'outgoing_mails'),
  };
}

/** One test for each kind of database; the delivery ends with it. */
function forEachPost(
  promise: string,
  body: (given: TestStore & Post) => Promise<void>,
  kinds?: Parameters<typeof forEachStore>[2],
): void {
  forEachStore(
    promise,
    async (given) => {
      const opened = post(given);
      try {
        await body({ ...given, ...opened });
      } finally {
        await opened.mail.stop();
      }
    },
    kinds,
  );
}

const message = outgoing().message;
const inTenMinutes = { notAfter: NOW + 10 * MINUTE };
const linesOf = (logged: readonly JsonObject[]) =>
  logged.map(({ level, event, status, count, detail }) => [level, event, status ?? detail ?? null, count]);

forEachPost('a mail is sent at once after it was put in, once, and then it is gone', async (given) => {
  await given.mail.sendMail(message, inTenMinutes);
  await given.mail.settle();
  await given.mail.settle();
  assert.deepEqual(
    given.delivered.map(({ message }) => message),
    [message],
  );
  assert.equal(await given.waiting(), 0);
  assert.deepEqual(linesOf(given.logged), [['info', 'mail.sent', null, 1]]);
});

forEachPost('a mail that was stored in the transaction of something else is sent when it is told', async (given) => {
  await given.store.outbox.enqueue(given.mail.prepare(message, inTenMinutes), NOW);
  given.mail.wake();
  await given.mail.settle();
  assert.equal(given.delivered.length, 1);
});

forEachPost(
  'F-17: trouble puts a mail off, longer each time, and it is the same mail that goes through',
  async (given) => {
    given.answer(() => later);
    await given.mail.sendMail(message, { notAfter: NOW + 60 * MINUTE });
    await given.mail.settle();
    const waits = [10_000, 20_000, 40_000, 80_000];
    for (const [index, wait] of waits.entries()) {
      given.clock.advance(wait - 1);
      await given.mail.settle();
      assert.equal(given.delivered.length, index + 1, 'not before its time');
      given.clock.advance(1);
      if (index === waits.length - 1) given.answer(() => sent);
      await given.mail.settle();
      assert.equal(given.delivered.length, index + 2);
    }
    assert.equal(new Set(given.delivered.map(({ id }) => id)).size, 1);
    assert.equal(await given.waiting(), 0);
    assert.deepEqual(linesOf(given.logged), [
      ...[1, 2, 3, 4].map((attempt) => ['warn', 'mail.delayed', 451, attempt]),
      ['info', 'mail.sent', null, 5],
    ]);
  },
);

test('the waits double from ten seconds and end at a quarter of an hour', () => {
  const waits = Array.from({ length: 20 }, (_, index) => waitAfter(index + 1, LONGEST_WAIT));
  assert.deepEqual(
    waits.slice(0, 8),
    [10, 20, 40, 80, 160, 320, 640, 900].map((seconds) => seconds * 1000),
  );
  assert.ok(waits.slice(8).every((wait) => wait === 15 * MINUTE));
});

forEachPost('F-17: a mail that is refused for good is given up at once', async (given) => {
  given.answer(() => never);
  await given.mail.sendMail(message, inTenMinutes);
  await given.mail.settle();
  assert.equal(await given.waiting(), 0);
  assert.deepEqual(linesOf(given.logged), [['error', 'mail.given_up', 550, 1]]);
});

forEachPost('V-19: a code is not sent after its end, whatever kept it', async (given) => {
  given.answer(() => later);
  await given.mail.sendMail(message, inTenMinutes);
  await given.mail.settle();
  given.answer(() => sent);
  given.clock.advance(10 * MINUTE);
  await given.mail.settle();
  assert.equal(given.delivered.length, 1);
  assert.equal(await given.waiting(), 0);
  assert.deepEqual(linesOf(given.logged).at(-1), [
    ...['error', 'mail.given_up', 'it could not be sent while it was of use', 2],
  ]);
});

forEachPost(
  'a mail whose next attempt would come after its end is given up with the reason of this one',
  async (given) => {
    given.answer(() => later);
    await given.mail.sendMail(message, { notAfter: NOW + 10_000 });
    await given.mail.settle();
    assert.equal(await given.waiting(), 0);
    assert.deepEqual(linesOf(given.logged), [['error', 'mail.given_up', 451, 1]]);
  },
);

forEachPost('M-01: neither an address nor anything of a mail is logged', async (given) => {
  for (const result of [sent, later, never]) {
    given.answer(() => result);
    await given.mail.sendMail(message, inTenMinutes);
    await given.mail.settle();
  }
  given.answer(() => Promise.reject(new Error(`${message.to} 481516 ${message.text}`)));
  await given.mail.sendMail(message, inTenMinutes);
  await given.mail.settle();
  assert.deepEqual(
    given.logged.map(({ event }) => event),
    ['mail.sent', 'mail.delayed', 'mail.given_up', 'mail.failed'],
  );
  const log = JSON.stringify(given.logged);
  assert.doesNotMatch(log, /ana@|uni\.example|token=|q7Zt0pXv/);
  assert.doesNotMatch(JSON.stringify(given.logged.slice(0, 3)), /481516|código/);
});

forEachPost('one slow mail holds up no other', async (given) => {
  const slow = Promise.withResolvers<Delivery>();
  given.answer((mail) => (mail.message.to === 'ana@uni.example' ? slow.promise : sent));
  await given.mail.sendMail(message, inTenMinutes);
  for (let n = 0; n < 20; n += 1) await given.mail.sendMail(outgoing(`b${n}@uni.mx`).message, inTenMinutes);
  // All others are through while the slow one is still at it.
  while ((await given.waiting()) > 1) await nextTurn();
  slow.resolve(sent);
  await given.mail.settle();
  assert.equal(given.delivered.length, 21);
});

forEachPost('one slow mail among those that a dead process left behind holds up no other either', async (given) => {
  const slow = Promise.withResolvers<Delivery>();
  given.answer((mail) => (mail.message.to === 'ana@uni.example' ? slow.promise : sent));
  await given.mail.settle();
  for (const [index, address] of ['ana@uni.example', 'b@uni.mx', 'c@uni.mx'].entries()) {
    await given.store.outbox.enqueue({ ...outgoing(address), ...inTenMinutes }, NOW - 10 + index);
  }
  given.mail.wake();
  // Long before it would look again by itself.
  for (let turn = 0; turn < 500 && (await given.waiting()) > 1; turn += 1) await nextTurn();
  const left = await given.waiting();
  slow.resolve(sent);
  assert.equal(left, 1);
});

test('a mail that is put in while all are looking for the last time is not overlooked', async () => {
  const looking = Promise.withResolvers<void>();
  const due: ClaimedMail[] = [];
  const done: string[] = [];
  const clock = stoppedClock();
  const delivery = startDelivery({
    outbox: {
      ...({} as Outbox),
      async claim() {
        // Seen now, told later: as a database answers.
        const found = due.shift() ?? null;
        await looking.promise;
        return found;
      },
      async remove({ id }) {
        done.push(id);
        return true;
      },
    },
    transport: { canSend: true, deliver: async () => sent, close() {} },
    sender: async () => sender,
    environment: clock,
    log: createLog({ level: 'silent', environment: clock, showPlaces: false }),
    delay: async () => {},
  });
  for (let n = 0; n < DELIVERIES_AT_ONCE; n += 1) delivery.wake();
  due.push({ ...outgoing(), ...inTenMinutes, id: 'late', attempt: 1 });
  delivery.wake();
  looking.resolve();
  for (let turn = 0; turn < 10; turn += 1) await nextTurn();
  await delivery.stop();
  assert.deepEqual(done, ['late']);
});

forEachPost('there are never more under way than the mail server is to see, and none is forgotten', async (given) => {
  let [now, most] = [0, 0];
  given.answer(async () => {
    now += 1;
    most = Math.max(most, now);
    // Long enough for the others to come.
    for (let turn = 0; most < DELIVERIES_AT_ONCE && turn < 10_000; turn += 1) await nextTurn();
    now -= 1;
    return sent;
  });
  await Promise.all(Array.from({ length: 50 }, () => given.mail.sendMail(message, inTenMinutes)));
  await given.mail.settle();
  assert.deepEqual([given.delivered.length, await given.waiting(), most], [50, 0, DELIVERIES_AT_ONCE]);
});

forEachStore('of several processes, one sends each mail', async (given) => {
  const posts = Array.from({ length: 5 }, () => post(given));
  const mails = Array.from({ length: 30 }, (_, n) => ({
    ...outgoing(`a${n}@uni.mx`),
    notAfter: inTenMinutes.notAfter,
  }));
  for (const mail of mails) await given.store.outbox.enqueue(mail, NOW);
  await Promise.all(posts.map(({ mail }) => mail.settle()));
  const delivered = posts.flatMap(({ delivered }) => delivered.map(({ id }) => id));
  assert.deepEqual(delivered.toSorted(), mails.map(({ id }) => id).toSorted());
  await Promise.all(posts.map(({ mail }) => mail.stop()));
});

forEachStore('a mail whose process died in the middle is sent by another one after its lease', async (given) => {
  const dying = post(given, () => new Promise<Delivery>(() => {}));
  await dying.mail.sendMail(message, inTenMinutes);
  while (dying.delivered.length === 0) await nextTurn();
  const other = post(given);
  await other.mail.settle();
  assert.equal(other.delivered.length, 0);
  given.clock.advance(LEASE);
  await other.mail.settle();
  assert.equal(other.delivered.length, 1);
  assert.equal(other.delivered[0]?.id, dying.delivered[0]?.id);
  await other.mail.stop();
});

forEachPost('F-17: whoever has a mail sent is answered while the mail server keeps silent', async (given) => {
  const silent = Promise.withResolvers<Delivery>();
  given.answer(() => silent.promise);
  for (let n = 0; n < 10; n += 1) await given.mail.sendMail(message, inTenMinutes);
  assert.equal(await given.waiting(), 10);
  silent.resolve(sent);
  await given.mail.settle();
  assert.equal(await given.waiting(), 0);
});

forEachPost('V-25: no transaction is open while a mail server is talked to', async (given) => {
  const asked = Promise.withResolvers<void>();
  const silent = Promise.withResolvers<Delivery>();
  given.answer(() => {
    asked.resolve();
    return silent.promise;
  });
  await given.mail.sendMail(message, inTenMinutes);
  await asked.promise;
  const { durable } = given.databases;
  // A writer gets through at once; on SQLite an open transaction would keep it out.
  const write = sql`insert into deployment (name, value) values ('other', 'x')`;
  assert.deepEqual(await durable.atomically([{ statement: write, changes: 1 }]), { committed: true });
  if (given.databases.kind === 'PostgreSQL') {
    const open = sql`
      select count(*) as n from pg_stat_activity
      where datname = current_database() and state like 'idle in transaction%'`;
    assert.deepEqual(await durable.get(open), { n: 0 });
  }
  silent.resolve(sent);
});

describe('the end', () => {
  forEachStore('waits for what is under way, and takes on nothing more', async (given) => {
    const answer = Promise.withResolvers<Delivery>();
    const opened = post(given, () => answer.promise);
    for (let n = 0; n < 10; n += 1) await opened.mail.sendMail(message, inTenMinutes);
    while (opened.delivered.length < DELIVERIES_AT_ONCE) await nextTurn();
    const stopping = opened.mail.stop();
    answer.resolve(sent);
    await stopping;
    opened.mail.wake();
    await opened.mail.settle();
    assert.equal(opened.delivered.length, DELIVERIES_AT_ONCE);
    assert.equal(await opened.waiting(), 10 - DELIVERIES_AT_ONCE, 'the others are for the next process');
  });

  forEachStore('cuts what takes too long, which is due again soon', async (given) => {
    const cut = Promise.withResolvers<Delivery>();
    const begun = Promise.withResolvers<void>();
    const log = createLog({ level: 'silent', environment: given.clock, showPlaces: false });
    const delivery = startDelivery({
      outbox: given.store.outbox,
      transport: {
        canSend: true,
        deliver() {
          begun.resolve();
          return cut.promise;
        },
        close: () => cut.resolve(later),
      },
      sender: async () => sender,
      environment: given.clock,
      log,
      delay: async () => {},
    });
    await given.store.outbox.enqueue({ ...outgoing(), notAfter: inTenMinutes.notAfter }, NOW);
    delivery.wake();
    await begun.promise;
    await delivery.stop();
    assert.notEqual(await given.store.outbox.claim(NOW + waitAfter(1, LONGEST_WAIT), LEASE), null);
  });
});

forEachStore('without a mail server each mail is given up in the open, and it can be known before', async (given) => {
  const logged: JsonObject[] = [];
  const destination = { write: (line: string) => logged.push(JSON.parse(line)) };
  const mail = startMail({
    outbox: given.store.outbox,
    transport: noTransport,
    sender: async () => sender,
    environment: given.clock,
    log: createLog({ level: 'info', environment: given.clock, showPlaces: false, destination }),
    delay: async () => {},
  });
  assert.equal(mail.canSend, false);
  await mail.sendMail(message, inTenMinutes);
  await mail.settle();
  assert.equal(await countRows(given.databases.durable, 'outgoing_mails'), 0);
  assert.deepEqual(linesOf(logged), [['error', 'mail.given_up', 'no mail server is configured', 1]]);
  await mail.stop();
});

forEachStore('looking for mails writes nothing while none is due', async ({ databases, vault }) => {
  const durable: Database = {
    ...databases.durable,
    get: (statement) => databases.durable.get(statement),
    run: () => assert.fail('something was written'),
    atomically: () => assert.fail('something was written'),
  };
  assert.equal(await createOutbox(durable, vault).claim(NOW, LEASE), null);
});
