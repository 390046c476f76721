/**
 * Tells clients what they are owed, at once where they answer, and again later where they do not (V-17, A-36).
 *
 * What is promised: each event arrives at least once, or ends as a dead letter with its reason; a repetition has the same
 * `jti`; events about one person arrive in order, except after a dead letter. Nobody waits for it: whoever signs out is
 * answered when it is written down.
 */
import type { ClientDocument } from '../configuration/client-document.ts';
import type { ConfigurationSnapshot, ConfigurationSource } from '../configuration/snapshot.ts';
import { randomToken } from '../crypto.ts';
import { attempt, type Delivery, inWords, type Sending } from '../delivery/attempt.ts';
import { createLanes } from '../delivery/lanes.ts';
import { createPool } from '../delivery/pool.ts';
import { startWorker, type Worker } from '../delivery/worker.ts';
import type { Log } from '../events/log.ts';
import type { Outbound } from '../http.ts';
import type { Environment, Milliseconds } from '../model.ts';
import type { ClaimedEvent, OutgoingEvents } from '../store/outgoing-events.ts';
import type { SigningKeys } from '../store/signing-keys.ts';
import { createSigner } from './signer.ts';
import { tokenOf } from './tokens.ts';
import { pushEvent, pushLogout } from './transport.ts';

/** Several, so that one slow answer delays no other; few, so that no app is flooded by the end of a school day. */
export const CALLS_AT_ONCE = 4;
/** Longer than any call may take. A process that died leaves its events to the others after this. */
export const LEASE: Milliseconds = 60_000;
export const LONGEST_WAIT: Milliseconds = 60 * 60_000;

export interface ClientEventDependencies {
  readonly publicUrl: URL;
  readonly environment: Environment;
  readonly log: Log;
  readonly store: { readonly outgoingEvents: OutgoingEvents; readonly signingKeys: SigningKeys };
  readonly configuration: ConfigurationSource;
  readonly outboundFor: (snapshot: ConfigurationSnapshot) => Outbound;
  readonly delay: (milliseconds: number) => Promise<void>;
}

export function startClientEvents(dependencies: ClientEventDependencies): Worker {
  const { publicUrl, environment, log, configuration, outboundFor, delay } = dependencies;
  const { outgoingEvents, signingKeys } = dependencies.store;
  const sign = createSigner(signingKeys, environment);
  const failed = (error: unknown) => log.error({ event: 'client_event.failed' }, error);

  async function deliver(claimed: ClaimedEvent): Promise<Delivery> {
    const snapshot = await configuration.current();
    const client = snapshot.clients.get(claimed.clientId);
    const address = client === undefined ? null : addressFor(client, claimed);
    if (client === undefined || address === null) return nowhere;
    const unsigned = tokenOf(claimed, publicUrl.origin, environment.now());
    const token = await sign(unsigned, client.id_token_signed_response_alg);
    const push = unsigned.type === 'logout+jwt' ? pushLogout : pushEvent;
    return push(new URL(address), token, outboundFor(snapshot));
  }

  const sending: Sending<ClaimedEvent> = {
    longestWait: LONGEST_WAIT,
    deliver,
    async sent(claimed, durationMs) {
      await outgoingEvents.remove(claimed);
      log.info({ event: 'client_event.sent', durationMs, ...fateOf(claimed) });
    },
    async putOff(claimed, failure, retryAt) {
      await outgoingEvents.putBack(claimed, retryAt, inWords(failure));
      log.warn({ event: 'client_event.delayed', ...fateOf(claimed), ...failure });
    },
    async giveUp(claimed, failure) {
      const { id, userId, clientId, event } = claimed;
      await outgoingEvents.giveUp(claimed, inWords(failure), {
        ...{ id: randomToken(environment, 16), at: environment.now(), type: 'event.given_up', userId, clientId },
        ...{ code: null, provider: null, signInId: null, reference: null },
        detail: { event: id, kind: event.kind, reason: inWords(failure) },
      });
      log.error({ event: 'client_event.given_up', ...fateOf(claimed), ...failure });
    },
  };

  const lanes = createLanes({
    names: () => outgoingEvents.waitingClients(),
    open: (clientId) =>
      createPool({
        atOnce: CALLS_AT_ONCE,
        claim: () => outgoingEvents.claim(clientId, environment.now(), LEASE),
        // A client that does not answer is not asked with everything that waits for it: the next look tries again.
        carryOut: async (claimed: ClaimedEvent) => (await attempt(claimed, sending, environment)) !== 'later',
        failed,
      }),
    failed,
  });
  // A call has a deadline of its own, so there is nothing to cut.
  return startWorker(lanes, { delay, cut: () => {} });
}

function addressFor(client: ClientDocument, { event }: ClaimedEvent): string | null {
  return event.kind === 'logged-out' ? client.backchannel_logout_uri : client.event_endpoint;
}

const nowhere: Delivery = { kind: 'never', detail: 'the app has no address for it any more', code: null, status: null };

function fateOf({ attempt: count, clientId, userId, event }: ClaimedEvent) {
  return { count, clientId, userId, step: event.kind };
}
