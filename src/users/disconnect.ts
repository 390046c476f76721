/**
 * Disconnecting an identity from an account: a short named list of steps, in their order.
 *
 * Each may have something against it, have something written in the one transaction, and do something afterwards with what
 * lies outside. What is written down about it and the mail to the person belong to whoever runs the list: no list can leave
 * them out. A program that embeds the broker adds steps of its own, for what hangs on an identity in its own tables.
 */
import type { ErrorCode } from '../errors.ts';
import type { Identity, Milliseconds, UpstreamSession, User, UserEmail } from '../model.ts';
import type { Step } from '../store/database.ts';
import { removeIdentity } from '../store/disconnects.ts';
import { endSessionsOfIdentity } from '../store/session-clients.ts';
import { keepWayIn, type WayIn } from './ways-in.ts';

export interface DisconnectFacts {
  readonly user: User;
  readonly emails: readonly UserEmail[];
  readonly identity: Identity;
  /** With what the account can be signed in to afterwards. */
  readonly waysLeft: readonly WayIn[];
  /** The session in which it is done. */
  readonly sessionIdHash: string;
  readonly now: Milliseconds;
  /** What was kept of sessions at the provider that began with this identity. */
  readonly upstream: readonly UpstreamSession[];
}

/** `reason` is an identifier-like phrase for support, without personal data. */
export type Objection = { readonly code: ErrorCode; readonly reason: string };

export interface DisconnectStep {
  readonly name: string;
  /** Why it must not be; null where nothing speaks against it. */
  objects?(facts: DisconnectFacts): Objection | null | Promise<Objection | null>;
  /** Written together with what all others write, or not at all. */
  writes?(facts: DisconnectFacts): readonly Step[] | Promise<readonly Step[]>;
  /** Once it is written. What fails here is logged and undoes nothing. */
  afterwards?(facts: DisconnectFacts, ports: DisconnectPorts): Promise<void>;
}

export interface DisconnectPorts {
  /** Ends a session at its provider, where the provider can. */
  endUpstream(session: UpstreamSession): Promise<void>;
}

/** V-02. Asked once more while it is written: of two who remove the last two ways at once, one finds the other's gone. */
const keepAWayIn: DisconnectStep = {
  name: 'keep-a-way-in',
  objects: ({ waysLeft }) => (waysLeft.length > 0 ? null : { code: 'last_way_in', reason: 'nothing-else-works' }),
  writes: ({ user, waysLeft }) => waysLeft.slice(0, 1).flatMap((way) => keepWayIn(user.id, way)),
};

const remove: DisconnectStep = {
  name: 'remove',
  writes: ({ user, identity }) => removeIdentity(user.id, identity.id),
};

/**
 * Whoever else sits in a session of this identity may be why it is removed. The session in which it is done stays: whoever sits
 * there has shown within ten minutes who they are, and could do anything else as well; it forgets what it began with.
 */
const endItsSessions: DisconnectStep = {
  name: 'end-its-sessions',
  writes: ({ identity, sessionIdHash, now }) => endSessionsOfIdentity(identity, sessionIdHash, now),
};

const revoke: DisconnectStep = {
  name: 'revoke',
  async afterwards({ upstream }, { endUpstream }) {
    await Promise.all(upstream.map(endUpstream));
  },
};

export const defaultDisconnectSteps: readonly DisconnectStep[] = [keepAWayIn, remove, endItsSessions, revoke];
