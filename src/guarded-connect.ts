/**
 * Opens the connections of outbound calls: decides to which addresses, and under which certificates (K-01, K-04, K-08).
 *
 * The check and the connection use the same answer of one resolution, so a name that resolves differently a moment
 * later (DNS rebinding) gains nothing. It must never connect to an address that was not judged here, and never read
 * from the process environment whether certificates are verified.
 */

import { isIP, type LookupFunction } from 'node:net';
import { createSecureContext, getCACertificates, type SecureContext } from 'node:tls';
import { buildConnector } from 'undici';
import type { Milliseconds } from './model.ts';
import { kindOfAddress } from './private-addresses.ts';

export interface ResolvedAddress {
  readonly address: string;
  readonly family: number;
}

/** Every address of a host name. Rejects when there is none. */
export type Resolve = (hostname: string) => Promise<readonly ResolvedAddress[]>;

export interface GuardedConnectOptions {
  /** For TCP and TLS together. */
  readonly timeoutMs: Milliseconds;
  /** `host` or `host:port` as in a URL; these may resolve to a `private` address, but to none that is `never`. */
  readonly allowPrivate: readonly string[];
  /** PEM, beside the platform's own; empty for none. */
  readonly certificateAuthorities: readonly string[];
  readonly resolve: Resolve;
}

/** The host leads to an address that no call may go to. The address itself is not told: it describes somebody's network. */
export class AddressRefused extends Error {
  override readonly name = 'AddressRefused';
  readonly code = 'ADDRESS_REFUSED';
}

/** Whether an operator's list holds this host, with any port or with this one. */
export function namesHost(list: readonly string[], hostname: string, port: string): boolean {
  const host = hostname.replace(/^\[|\]$/g, '');
  return list.some((entry) => {
    const named = entry.toLowerCase();
    return named === host || named === `[${host}]` || named === `${host}:${port}` || named === `[${host}]:${port}`;
  });
}

export function createGuardedConnect(options: GuardedConnectOptions): buildConnector.connector {
  // Made once: reading the platform's certificates for every connection would cost more than the handshake.
  const secureContext = createSecureContext({
    ca: [...getCACertificates('default'), ...options.certificateAuthorities],
    minVersion: 'TLSv1.2',
  });
  const connectWithin = (mayReach: MayReach) => createConnect(options, secureContext, mayReach);
  const connectPublic = connectWithin((address) => kindOfAddress(address) === 'public');
  const connectOnPremises = connectWithin((address) => kindOfAddress(address) !== 'never');
  return (target, callback) => {
    const port = target.port || (target.protocol === 'https:' ? '443' : '80');
    const connect = namesHost(options.allowPrivate, target.hostname, port) ? connectOnPremises : connectPublic;
    connect(target, callback);
  };
}

type MayReach = (address: string) => boolean;

function createConnect(
  options: GuardedConnectOptions,
  secureContext: SecureContext,
  mayReach: MayReach,
): buildConnector.connector {
  const connect = buildConnector({
    secureContext,
    // Said outright: left out, NODE_TLS_REJECT_UNAUTHORIZED=0 would decide (GHSA-gr79-9v6v-gc9r).
    rejectUnauthorized: true,
    lookup: createLookup(options.resolve, mayReach),
    timeout: options.timeoutMs,
  });
  return (target, callback) => {
    // A host that is an address is never looked up. `2130706433` and `0x7f.1` are addresses by now: URL wrote them out.
    if (isIP(target.hostname) !== 0 && !mayReach(target.hostname)) callback(new AddressRefused(), null);
    else connect(target, callback);
  };
}

/**
 * The one way from a host to an address. A name is refused if *any* of its addresses is: with mixed answers, which one
 * is used would be the attacker's choice.
 */
function createLookup(resolve: Resolve, mayReach: MayReach): LookupFunction {
  return (hostname, { all }, callback) => {
    resolve(hostname).then(
      (addresses) => {
        const first = addresses[0];
        if (first === undefined || !addresses.every(({ address }) => mayReach(address))) {
          callback(new AddressRefused(), '');
        } else if (all === true) {
          callback(null, [...addresses]);
        } else {
          callback(null, first.address, first.family);
        }
      },
      (error: NodeJS.ErrnoException) => callback(error, ''),
    );
  };
}
