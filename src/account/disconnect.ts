/**
 * Runs the list of steps that disconnect an identity, and tells the person.
 */
import type { Occasion } from '../credentials/notices.ts';
import type { Log } from '../events/log.ts';
import type { Identity } from '../model.ts';
import type { BrowserSessions } from '../sign-in/session.ts';
import type { DisconnectFacts, DisconnectStep, Objection } from '../users/disconnect.ts';
import { type Offer, waysIn, withoutIdentity } from '../users/ways-in.ts';
import { type CommitDependencies, commitChange } from './commit-change.ts';
import { keysOf } from './keys.ts';
import type { Owner } from './owner.ts';

export interface DisconnectDependencies extends CommitDependencies {
  readonly steps: readonly DisconnectStep[];
  readonly offer: () => Promise<Offer>;
  readonly sessions: Pick<BrowserSessions, 'endAtProvider'>;
  readonly log: Log;
}

export interface Disconnecting {
  readonly identity: Identity;
  /** As the person knows the provider. */
  readonly providerName: string;
  readonly occasion: Occasion;
  readonly reference: string;
}

/** What speaks against it now; null when nothing does. */
export async function findObjection(
  dependencies: DisconnectDependencies,
  owner: Owner,
  identity: Identity,
): Promise<Objection | null> {
  const facts = await gather(dependencies, owner, identity);
  return facts === null ? null : objectionOf(dependencies.steps, facts);
}

/** Why it was not done; null when the identity is gone, by this call or by another. */
export async function disconnect(
  dependencies: DisconnectDependencies,
  owner: Owner,
  disconnecting: Disconnecting,
): Promise<Objection | null> {
  const { steps, log } = dependencies;
  const { identity, reference } = disconnecting;
  // Whoever loses a race decides anew from what is there then: two identities can be removed at once, the last two cannot.
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    const facts = await gather(dependencies, owner, identity);
    if (facts === null) return null;
    const objection = await objectionOf(steps, facts);
    if (objection !== null) return objection;
    if (!(await write(dependencies, facts, disconnecting))) continue;
    // What clients were given in sessions that have just ended is worth nothing any more (H-06).
    await dependencies.store.oidcRecords.deleteSessionsOf(owner.user.id);
    const ports = {
      async endUpstream(session: DisconnectFacts['upstream'][number]) {
        await dependencies.sessions.endAtProvider(owner.user.id, session, reference);
      },
    };
    for (const { name, afterwards } of steps) {
      await afterwards?.(facts, ports).catch((error: unknown) => {
        log.error({ event: 'disconnect.failed', detail: name, userId: owner.user.id, reference }, error);
      });
    }
    return null;
  }
  throw new Error('an identity could not be disconnected: it lost every race');
}

const ATTEMPTS = 5;

/** Null when the identity is not the account's any more. */
async function gather(
  { environment, store, offer }: DisconnectDependencies,
  { user, session }: Owner,
  identity: Identity,
): Promise<DisconnectFacts | null> {
  const keys = await keysOf(store, user.id);
  if (!keys?.identities.some(({ id }) => id === identity.id)) return null;
  const began = await store.sessions.ofUser(user.id, environment.now());
  return {
    user,
    emails: keys.emails,
    identity,
    waysLeft: waysIn(withoutIdentity(keys, identity.id), await offer()),
    sessionIdHash: session.idHash,
    now: environment.now(),
    upstream: await store.sessions.upstreamsOf(began.filter(({ identityId }) => identityId === identity.id)),
  };
}

async function objectionOf(steps: readonly DisconnectStep[], facts: DisconnectFacts): Promise<Objection | null> {
  for (const { objects } of steps) {
    const objection = (await objects?.(facts)) ?? null;
    if (objection !== null) return objection;
  }
  return null;
}

async function write(
  dependencies: DisconnectDependencies,
  facts: DisconnectFacts,
  { identity, providerName, occasion, reference }: Disconnecting,
): Promise<boolean> {
  const written = [];
  for (const { writes } of dependencies.steps) written.push(...((await writes?.(facts)) ?? []));
  return commitChange(dependencies, {
    userId: facts.user.id,
    // Whether somebody vouches for who the person is may change with it.
    seenByClients: true,
    steps: written,
    event: { type: 'identity.unlinked', provider: identity.provider, detail: { identity: identity.id } },
    notices: [{ kind: 'identity-unlinked', providerName }],
    emails: facts.emails,
    occasion,
    reference,
  });
}
