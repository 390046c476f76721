/**
 * Calls to the outside as the configuration allows them.
 *
 * Private addresses are reached only where the operator listed them (K-04). Must never be made from anything but a
 * snapshot: a process that went on with an earlier list would reach hosts that were taken off it.
 */
import type { Settings } from './config.ts';
import type { ConfigurationSnapshot } from './configuration/snapshot.ts';
import { createOutbound, type Outbound } from './http.ts';

export interface OutboundBySnapshot {
  for(snapshot: ConfigurationSnapshot): Outbound;
  close(): Promise<void>;
}

/** One way out for as long as the allowed private hosts stay the same; an earlier one ends with its running calls. */
export function outboundBySnapshot(settings: Pick<Settings, 'publicUrl'>): OutboundBySnapshot {
  // http to an allowed host only where the broker itself is on http: a developer's own machine.
  const insecure = settings.publicUrl.startsWith('http:');
  let current: { allowed: readonly string[]; outbound: Outbound; close(): Promise<void> } | null = null;
  return {
    for({ outbound: { allow_private: allowed } }: ConfigurationSnapshot): Outbound {
      if (current === null || current.allowed.join() !== allowed.join()) {
        void current?.close();
        current = { allowed, ...createOutbound({ allowPrivate: allowed, allowInsecure: insecure ? allowed : [] }) };
      }
      return current.outbound;
    },
    async close() {
      await current?.close();
    },
  };
}
