/**
 * G-12, G-13: whom a request is counted under, whatever it says of itself.
 */
import assert from 'node:assert/strict';
import type { IncomingHttpHeaders, IncomingMessage } from 'node:http';
import { test } from 'node:test';
import fc from 'fast-check';
import { parseSettings } from '../config.ts';
import { clientAddress, createTrustedProxies, limitKey, parseIpAddress } from './client-address.ts';

const { trustedProxies } = parseSettings({
  NODE_ENV: 'test',
  LLAVERO_TRUSTED_PROXIES: '10.0.0.1, 192.0.2.0/24, 2001:db8:ffff::/48',
});
const proxies = createTrustedProxies(trustedProxies);

const PROXY = '10.0.0.1';
const STRANGER = '203.0.113.9';

function addressOf(peer: string | undefined, headers: IncomingHttpHeaders): string | null {
  const request = { socket: { remoteAddress: peer }, headers };
  return clientAddress(request as unknown as IncomingMessage, proxies);
}
const forwarded = (hops: string, peer: string = PROXY) => addressOf(peer, { 'x-forwarded-for': hops });

test('G-12 nobody but a named proxy is believed about who the client is', () => {
  for (const peer of [STRANGER, '10.0.0.2', '127.0.0.1', '2001:db8::1']) {
    assert.equal(forwarded('1.2.3.4', peer), peer);
    assert.equal(forwarded('', peer), peer);
  }
});

const hops: readonly (readonly [promise: string, hops: string, address: string | null])[] = [
  ['the hop that the proxy wrote counts, not what the client sent', `6.6.6.6, ${STRANGER}`, STRANGER],
  ['a second proxy of ours is passed over', `6.6.6.6, ${STRANGER}, 192.0.2.7`, STRANGER],
  ['so is one that is reached over IPv6', `6.6.6.6, ${STRANGER}, 2001:DB8:FFFF:0::2`, STRANGER],
  ['a proxy of ours that the client claims to be gains nothing', `10.0.0.1, ${STRANGER}`, STRANGER],
  ['fifty hops are one client', `${'6.6.6.6, '.repeat(49)}${STRANGER}`, STRANGER],
  ['spaces do not matter', `\t6.6.6.6 ,${STRANGER} `, STRANGER],
  ['a port is not part of the address', `6.6.6.6:1, ${STRANGER}:4711`, STRANGER],
  ['a port after IPv6 neither', '[::1]:99', '::1'],
  ['brackets without a port', '[2001:db8::1]', '2001:db8::1'],
  ['IPv6 is one address however it is written', '2001:0DB8:0:0:0:0:0:1', '2001:db8::1'],
  ['a zone is not part of the address', 'fe80::1%eth0', 'fe80::1'],
  ['IPv4 mapped into IPv6 is IPv4', `::ffff:${STRANGER}`, STRANGER],
  ['also written in hexadecimal', '::FFFF:cb00:7109', STRANGER],
  ['all hops ours: the farthest of them', '192.0.2.9, 192.0.2.8', '192.0.2.9'],
  ['"unknown" is nobody, and nobody further left is believed', '6.6.6.6, unknown', null],
  ['an obfuscated name is nobody', '6.6.6.6, _hidden', null],
  ['an empty hop is nobody', '6.6.6.6, ', null],
  ['an empty field is nobody', '', null],
  ['a name is nobody', '6.6.6.6, localhost', null],
  ['a number that some take for an address is nobody', '6.6.6.6, 2130706433', null],
  ['so is a short form', '6.6.6.6, 127.1', null],
  ['so is an address with more behind it', `6.6.6.6, ${STRANGER}/32`, null],
  ['so is a port out of brackets', '6.6.6.6, [2001:db8::1]x:1', null],
  ['so is a quoted address', `6.6.6.6, "${STRANGER}"`, null],
  ['so is half a list', '6.6.6.6, [', null],
];
for (const [promise, field, address] of hops) {
  test(`G-12 through the proxy, ${promise}`, () => assert.equal(forwarded(field), address));
}

test('G-12 a socket that is IPv4 mapped into IPv6 is the proxy all the same', () => {
  assert.equal(forwarded(STRANGER, '::ffff:10.0.0.1'), STRANGER);
  assert.equal(forwarded(STRANGER, '::ffff:203.0.113.1'), '203.0.113.1');
});

test('G-12 no other field says anything, through the proxy or not', () => {
  const names = ['forwarded', 'x-real-ip', 'cf-connecting-ip', 'true-client-ip', 'x-client-ip', 'fastly-client-ip'];
  const others = Object.fromEntries(names.map((name) => [name, name === 'forwarded' ? 'for=6.6.6.6' : '6.6.6.6']));
  assert.equal(addressOf(STRANGER, others), STRANGER);
  assert.equal(addressOf(PROXY, others), PROXY);
  assert.equal(addressOf(PROXY, { ...others, 'x-forwarded-for': STRANGER }), STRANGER);
});

test('G-12 the proxy itself, without the field, is the client', () => assert.equal(addressOf(PROXY, {}), PROXY));

test('G-12 whose address is unknown is counted with all others of whom that is so, and the limits are on', () => {
  assert.equal(addressOf(undefined, { 'x-forwarded-for': STRANGER }), null);
  assert.equal(limitKey(null), 'unknown');
  assert.equal(parseIpAddress('unknown'), null, 'no address has this key');
});

const ipv4 = fc.ipV4();
const anything = fc.oneof(fc.string(), fc.ipV4(), fc.ipV6(), fc.constantFrom('unknown', '', '[', '10.0.0.1'));

test('G-12 whatever a client sends, it is counted under the address that the proxy saw', () => {
  fc.assert(
    fc.property(fc.array(anything), ipv4, (sent, seen) => {
      fc.pre(seen !== PROXY && !seen.startsWith('192.0.2.'));
      assert.equal(forwarded([...sent, seen].join(', ')), seen);
    }),
  );
});

test('G-13 three hundred addresses of one /64 are one key, in the next /64 another', () => {
  const inOne = Array.from({ length: 300 }, (_, index) => `2001:db8:0:1:${index.toString(16)}::1`);
  assert.deepEqual(new Set(inOne.map(keyOf)), new Set(['2001:db8:0:1::/64']));
  assert.equal(keyOf('2001:db8:0:2::1'), '2001:db8:0:2::/64');
});

test('G-13 every form of an IPv6 address has the key of its first 64 bits', () => {
  const group = fc.integer({ min: 0, max: 0xffff });
  fc.assert(
    fc.property(fc.array(group, { minLength: 8, maxLength: 8 }), fc.boolean(), (groups, zeros) => {
      // Zeros on either side of the middle are what `::` hides.
      const all = zeros ? groups.map((value, index) => (index % 7 < 2 ? value : 0)) : groups;
      fc.pre(all.slice(0, 5).some((value) => value !== 0));
      const text = all.map((value) => value.toString(16).padStart(4, '0').toUpperCase()).join(':');
      const half = all.slice(0, 4).map((value) => value.toString(16));
      assert.equal(keyOf(text), `${half.join(':')}::/64`);
      assert.equal(keyOf(parseIpAddress(text) ?? ''), `${half.join(':')}::/64`);
    }),
  );
  assert.equal(keyOf('::'), '0:0:0:0::/64');
  assert.equal(keyOf('::1.2.3.4'), '0:0:0:0::/64');
});

test('G-13 IPv4 has one key for each address, also mapped into IPv6', () => {
  assert.equal(keyOf('203.0.113.9'), '203.0.113.9');
  assert.equal(keyOf('::ffff:203.0.113.9'), '203.0.113.9');
  assert.notEqual(keyOf('203.0.113.9'), keyOf('203.0.113.10'));
});

function keyOf(text: string): string {
  const address = parseIpAddress(text);
  assert.ok(address !== null, text);
  return limitKey(address);
}
