/**
 * Which network addresses a call to the outside may go to.
 *
 * From the special-purpose registries of IANA (RFC 6890 and what was registered since), plus the addresses at which
 * clouds serve credentials to their machines. It judges addresses only: names are resolved before they come here,
 * because a name says nothing about where it leads. It must never answer `public` for what it cannot read.
 */

import { BlockList, isIP } from 'node:net';

/** `private` may be allowed by an operator, for a provider on the premises; `never` is no provider anywhere. */
export type AddressKind = 'public' | 'private' | 'never';

type Range = readonly [network: string, prefixLength: number];

const privateIpv4: readonly Range[] = [
  ['10.0.0.0', 8], // RFC 1918
  ['100.64.0.0', 10], // RFC 6598: shared by a carrier's customers (CGNAT)
  ['127.0.0.0', 8], // loopback
  ['172.16.0.0', 12], // RFC 1918
  ['192.168.0.0', 16], // RFC 1918
];

const neverIpv4: readonly Range[] = [
  ['0.0.0.0', 8], // "this network": Linux takes 0.0.0.0 for the machine itself
  ['100.100.100.200', 32], // credentials of the machine, Alibaba Cloud
  ['168.63.129.16', 32], // the same, Azure: an address that looks public
  ['169.254.0.0', 16], // RFC 3927 link-local; 169.254.169.254 is most clouds' metadata service
  ['192.0.0.0', 24], // RFC 6890 protocol assignments; 192.0.0.192 is Oracle's metadata service
  ['192.0.2.0', 24], // RFC 5737 documentation
  ['192.88.99.0', 24], // RFC 7526: the retired 6to4 relays
  ['198.18.0.0', 15], // RFC 2544 benchmarks
  ['198.51.100.0', 24], // RFC 5737
  ['203.0.113.0', 24], // RFC 5737
  ['224.0.0.0', 4], // multicast
  ['240.0.0.0', 4], // reserved, and the broadcast address
];

const privateIpv6: readonly Range[] = [
  ['::1', 128], // loopback
  ['fc00::', 7], // RFC 4193 unique local (ULA)
];

const neverIpv6: readonly Range[] = [
  ['fd00:ec2::254', 128], // credentials of the machine, AWS
  ['fd20:ce::254', 128], // the same, Google Cloud
  ['2001::', 23], // RFC 2928 protocol assignments, Teredo among them: it carries an IPv4 address inside
  ['2001:db8::', 32], // RFC 3849 documentation
  ['2002::', 16], // RFC 3056: 6to4 carries an IPv4 address inside
  ['3fff::', 20], // RFC 9637 documentation
];

// The prefixes that carry an IPv4 address in their last 32 bits. Both are judged by the address inside, in both
// directions: refusing all of NAT64 (RFC 6052) would cut off every provider where the network has only IPv6.
const ipv4Prefixes = ['::ffff:', '64:ff9b::'];

// In IPv6 what is global is listed, and all the rest refused: most of the space is unassigned (RFC 4291 §2.4).
const globalIpv6: readonly Range[] = [['2000::', 3], ...ipv4Prefixes.map((prefix): Range => [`${prefix}0.0.0.0`, 96])];

const privateAddresses = makeList(privateIpv4, privateIpv6);
const neverAddresses = makeList(neverIpv4, neverIpv6);
const globalAddresses = makeList([], globalIpv6);

function makeList(ipv4: readonly Range[], ipv6: readonly Range[]): BlockList {
  const list = new BlockList();
  for (const [network, prefixLength] of ipv4) {
    list.addSubnet(network, prefixLength, 'ipv4');
    for (const prefix of ipv4Prefixes) list.addSubnet(prefix + network, 96 + prefixLength, 'ipv6');
  }
  for (const [network, prefixLength] of ipv6) list.addSubnet(network, prefixLength, 'ipv6');
  return list;
}

/** @param address an IPv4 or IPv6 address as text, without brackets; anything else is `never`. */
export function kindOfAddress(address: string): AddressKind {
  const family = isIP(address);
  // A zone index (fe80::1%eth0) names a link of this machine: never a provider, and unknown to the lists.
  if (family === 0 || address.includes('%')) return 'never';
  const type = family === 4 ? 'ipv4' : 'ipv6';
  if (neverAddresses.check(address, type)) return 'never';
  if (privateAddresses.check(address, type)) return 'private';
  if (family === 6 && !globalAddresses.check(address, type)) return 'never';
  return 'public';
}

/** True for every address that a call may reach only where an operator allowed it, or never. */
export function isPrivateAddress(address: string): boolean {
  return kindOfAddress(address) !== 'public';
}
