/**
 * The rig with real sockets between the broker and the practice Llave MX, so that the limits of outbound calls hold.
 *
 * In process a slow answer would never end and a huge one never be cut: only `createOutbound` does that.
 */
import { listen } from '../simulators/listen.ts';
import { createOutbound, type OutboundOptions } from '../src/http.ts';
import type { Rig } from './rig.ts';

/** @param limits of each outbound call; a short deadline only where the answer is meant to miss it. */
export async function withRealNetwork(
  rig: Rig,
  limits: Pick<OutboundOptions, 'timeoutMs' | 'maxBytes'>,
  body: () => Promise<void>,
): Promise<void> {
  const llaveMx = await listen(rig.llaveMx.app, { port: 0, hostname: '127.0.0.1' });
  const { host } = new URL(llaveMx.origin);
  const { outbound, close } = createOutbound({ ...limits, allowPrivate: [host], allowInsecure: [host] });
  rig.interfere(({ url, ...rest }) => outbound({ ...rest, url: new URL(url.pathname + url.search, llaveMx.origin) }));
  try {
    await body();
  } finally {
    rig.interfere(null);
    await llaveMx.close();
    await close();
  }
}
