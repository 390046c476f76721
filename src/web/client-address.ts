/**
 * Who a request comes from: the network address of the client, as far as somebody trusted says it (G-12, G-13).
 *
 * The socket's peer is believed. Where that is a proxy of the operator's, so is the last hop that it wrote in
 * `X-Forwarded-For`, and so on to the left until a hop is nobody trusted: that one is the client. What stands further
 * left was sent by the client itself, who would choose a new address for each guess. `Forwarded`, `X-Real-IP`,
 * `CF-Connecting-IP` and the like are never read: a proxy that does not set them hands on what the client wrote there.
 * Must never: be written to a log or a database in clear.
 */
import type { IncomingMessage } from 'node:http';
import { BlockList, isIP, SocketAddress } from 'node:net';
import type { TrustedNetwork } from '../config.ts';

declare const ipAddressBrand: unique symbol;

/** An address in its one canonical form: two texts of the same address are equal. Made only by `parseIpAddress`. */
export type IpAddress = string & { readonly [ipAddressBrand]: true };

/** An IPv4 address mapped into IPv6 is the IPv4 address: a socket for both says `::ffff:203.0.113.9`. */
const IPV4_MAPPED = '::ffff:';

export function parseIpAddress(text: string): IpAddress | null {
  const version = isIP(text);
  if (version === 0) return null;
  // Shortens and re-cases IPv6 (RFC 5952) and leaves out the zone, which is a link of the machine that names it.
  const { address } = new SocketAddress({ address: text, family: version === 4 ? 'ipv4' : 'ipv6' });
  const mapped = address.startsWith(IPV4_MAPPED) ? address.slice(IPV4_MAPPED.length) : '';
  return (isIP(mapped) === 4 ? mapped : address) as IpAddress;
}

export interface TrustedProxies {
  includes(address: IpAddress): boolean;
}

export function createTrustedProxies(networks: readonly TrustedNetwork[]): TrustedProxies {
  const list = new BlockList();
  for (const { network, prefixLength, family } of networks) list.addSubnet(network, prefixLength, family);
  return { includes: (address) => list.check(address, isIP(address) === 4 ? 'ipv4' : 'ipv6') };
}

/** Who is at the other end of the socket; null for a socket without an address, such as one of the file system. */
export function peerOf(request: IncomingMessage): IpAddress | null {
  return parseIpAddress(request.socket.remoteAddress ?? '');
}

/**
 * The right-most hop that is not a trusted proxy. The left-most one where all are trusted: somebody on the operator's own
 * machines. Null where a proxy names no address (`unknown`, `_hidden`, nothing): nobody further left is believed then.
 */
export function clientAddress(request: IncomingMessage, proxies: TrustedProxies): IpAddress | null {
  const hops = forwardedFor(request);
  let address = peerOf(request);
  while (address !== null && proxies.includes(address)) {
    const hop = hops.pop();
    if (hop === undefined) return address;
    address = parseHop(hop);
  }
  return address;
}

/** Several fields of this name are one list (RFC 9110 §5.3). */
function forwardedFor(request: IncomingMessage): string[] {
  const field = request.headers['x-forwarded-for'];
  return field === undefined ? [] : String(field).split(',');
}

/** Some proxies write the port too: `203.0.113.9:4711`, `[2001:db8::1]:4711`. */
function parseHop(text: string): IpAddress | null {
  const { v6, v4 } = /^(?:\[(?<v6>[^\]]*)\]|(?<v4>[\d.]+))(?::\d{1,5})?$/.exec(text.trim())?.groups ?? {};
  return parseIpAddress(v6 ?? v4 ?? text.trim());
}

/** What all whose address nobody knows are counted under, together: no limit is off for them (CVE-2024-47070). */
export const UNKNOWN_CLIENT = 'unknown';

/**
 * What limits count a client by: its IPv4 address, or the first half of its IPv6 address. One household or machine has a
 * /64 to itself, and could give each request an address of its own (G-13).
 */
export function limitKey(address: IpAddress | null): string {
  if (address === null) return UNKNOWN_CLIENT;
  return isIP(address) === 4 ? address : `${firstHalf(address)}::/64`;
}

/** The first four of the eight groups; `::` stands for as many zeros as are missing. */
function firstHalf(address: string): string {
  const [left = [], right = []] = address.split('::').map((part) => part.split(':').filter((group) => group !== ''));
  const zeros = new Array<string>(8 - left.length - right.length).fill('0');
  return [...left, ...zeros, ...right].slice(0, 4).join(':');
}
