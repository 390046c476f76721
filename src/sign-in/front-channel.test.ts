/**
 * OpenID Connect Front-Channel Logout 1.0 §3: what is opened for whom, and whom the person is warned of.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createLog } from '../events/log.ts';
import type { JsonObject } from '../model.ts';
import { createFrontChannel, type LoggedOutClient, MOST_FRAMES } from './front-channel.ts';

const plain = (name: string, members: Partial<LoggedOutClient> = {}): LoggedOutClient => ({
  client_name: name,
  backchannel_logout_uri: null,
  frontchannel_logout_uri: `https://${name}.test/logout`,
  frontchannel_logout_session_required: false,
  ...members,
});

function world(clients: readonly LoggedOutClient[]) {
  const logged: JsonObject[] = [];
  const frontChannel = createFrontChannel({
    issuer: 'https://broker.test',
    log: createLog({
      ...{ level: 'debug', environment: { now: () => 0 }, showPlaces: false },
      destination: { write: (line: string) => logged.push(JSON.parse(line)) },
    }),
    findClient: async (clientId) => clients.find(({ client_name: name }) => name === clientId) ?? null,
    providerName: async (slug) => (slug === 'llave-mx' ? 'Llave MX' : null),
  });
  const leave = (ids: readonly string[], unconfirmedProvider: string | null = null) => {
    const noted = ids.map((clientId, index) => ({ clientId, sid: `sid ${index}` }));
    return frontChannel({ setCookies: [], clients: noted, unconfirmedProvider }, 'en');
  };
  return { leave, logged };
}

test('nothing is left where no app wants a frame and the provider has answered', async () => {
  const { leave } = world([plain('bare', { frontchannel_logout_uri: null })]);
  assert.equal(await leave([]), null);
  assert.equal(await leave(['bare']), null);
});

test('a client that is gone since is opened no more', async () => {
  assert.equal(await world([]).leave(['lms']), null);
});

test('an app that knows no sessions is opened once, however many `sid` it has; another once for each', async () => {
  const { leave } = world([plain('lms'), plain('wiki', { frontchannel_logout_session_required: true })]);
  const left = await leave(['lms', 'lms', 'wiki', 'wiki']);
  assert.deepEqual(left?.apps.map(({ src }) => src).toSorted(), [
    'https://lms.test/logout',
    'https://wiki.test/logout?iss=https%3A%2F%2Fbroker.test&sid=sid+2',
    'https://wiki.test/logout?iss=https%3A%2F%2Fbroker.test&sid=sid+3',
  ]);
  assert.deepEqual(left?.needs.frameSources.toSorted(), ['https://lms.test', 'https://wiki.test']);
});

test('a query that an address has is kept as it is written', async () => {
  const uri = 'https://lms.test/logout?a=%20x&no_redirect=1';
  const { leave } = world([plain('lms', { frontchannel_logout_uri: uri, frontchannel_logout_session_required: true })]);
  assert.equal((await leave(['lms']))?.apps[0]?.src, `${uri}&iss=https%3A%2F%2Fbroker.test&sid=sid+0`);
});

test('a provider that did not confirm is named, by its slug where it has no name any more', async () => {
  const { leave } = world([]);
  assert.deepEqual((await leave([], 'llave-mx'))?.unconfirmed, ['Llave MX']);
  const left = await leave([], 'gone');
  assert.deepEqual([left?.unconfirmed, left?.apps, left?.needs.ownScript], [['gone'], [], false]);
});

test('of too many apps those go first that nobody else tells; the person reads of the rest, and so does the log', async () => {
  const names = Array.from({ length: MOST_FRAMES + 5 }, (_, index) => `app-${index}`);
  const isTold = (index: number) => index < 3;
  const clients = names.map((name, index) =>
    plain(name, isTold(index) ? { backchannel_logout_uri: `https://${name}.test/told` } : {}),
  );
  const { leave, logged } = world(clients);
  const left = await leave(names);
  assert.equal(left?.apps.length, MOST_FRAMES);
  assert.ok(!left.apps.some(({ name }) => ['app-0', 'app-1', 'app-2'].includes(name)));
  // Those that their server tells are no cause for a warning.
  assert.deepEqual(left.unconfirmed, names.slice(-2));
  assert.deepEqual(
    logged.map(({ event, count }) => [event, count]),
    [['front_channel.too_many_apps', names.length]],
  );
});
