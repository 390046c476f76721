/**
 * The one rule of which provider serves for what.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { clientSchema } from '../configuration/client-document.ts';
import { type Destination, destinationOf, fits, siteOf, termsOf } from './destination.ts';

const client = (client_id: string, more: object = {}) =>
  clientSchema.parse({
    ...{ client_id, client_name: client_id, token_endpoint_auth_method: 'none', skip_authorization: true },
    redirect_uris: ['https://a.test/cb'],
    ...more,
  });
const clients = new Map(
  [
    client('open'),
    client('closed', { allowed_providers: ['uni', 'guests'] }),
    client('welcoming', { allow_guests: true }),
    client('both', { allowed_providers: ['guests'], allow_guests: true }),
  ].map((one) => [one.client_id, one]),
);
const sites = new Set(['a.test', 'a.test:8000', 'broker.test']);
const providers = {
  uni: { slug: 'uni', site: null, vendor: 'oidc' },
  other: { slug: 'other', site: null, vendor: 'oidc' },
  guests: { slug: 'guests', site: null, vendor: 'guest' },
  atA: { slug: 'at-a', site: 'a.test', vendor: 'oidc' },
  atPort: { slug: 'at-port', site: 'a.test:8000', vendor: 'oidc' },
  atBroker: { slug: 'at-broker', site: 'broker.test', vendor: 'oidc' },
};
const serving = (destination: Destination) =>
  Object.entries(providers)
    .filter(([, provider]) => fits(provider, termsOf(destination, clients, sites)))
    .map(([name]) => name);

const table: readonly [what: string, Destination, serving: readonly string[]][] = [
  ['a client that says nothing', { clientId: 'open', site: 'b.test' }, ['uni', 'other']],
  ['one with a list', { clientId: 'closed', site: 'b.test' }, ['uni']],
  ['one that allows guests', { clientId: 'welcoming', site: 'b.test' }, ['uni', 'other', 'guests']],
  ['one whose list names the guests, and that allows them', { clientId: 'both', site: 'b.test' }, ['guests']],
  ['a host that a provider is bound to', { clientId: 'open', site: 'a.test' }, ['uni', 'other', 'atA']],
  [
    'the same with a port that another is bound to',
    { clientId: 'open', site: 'a.test:8000' },
    ['uni', 'other', 'atPort'],
  ],
  ['the same with any other port', { clientId: 'open', site: 'a.test:9000' }, ['uni', 'other', 'atA']],
  ['a host that only ends so', { clientId: 'open', site: 'evil-a.test' }, ['uni', 'other']],
  ["an app's own scheme", { clientId: 'open', site: '' }, ['uni', 'other']],
  ['a list, at a host', { clientId: 'closed', site: 'a.test' }, ['uni']],
  ['a client that is not configured any more', { clientId: 'gone', site: 'a.test' }, []],
  ['the broker itself, where nobody is a guest', { clientId: null, site: 'broker.test' }, ['uni', 'other', 'atBroker']],
];
for (const [what, destination, expected] of table) {
  test(`for ${what}: ${expected.join(', ') || 'none'}`, () => assert.deepEqual(serving(destination), expected));
}

test('a visit leads to the broker, a client to the host of its redirect address', () => {
  const broker = new URL('https://broker.test');
  assert.deepEqual(destinationOf({ kind: 'visit', returnTo: '/account' }, broker), {
    clientId: null,
    site: 'broker.test',
  });
  const asked = { kind: 'authorize', interaction: 'i', clientName: 'x', loginHint: null } as const;
  const purpose = { ...asked, clientId: 'open', site: siteOf('https://a.test:8000/cb?x=1') };
  assert.deepEqual(destinationOf(purpose, broker), { clientId: 'open', site: 'a.test:8000' });
  assert.equal(siteOf('com.example.app:/cb'), '');
  assert.equal(siteOf('undefined'), '');
});
