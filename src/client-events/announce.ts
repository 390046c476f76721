/**
 * From what happened to the steps that owe it to clients, for the transaction in which it happens.
 */
import type { ClientDocument } from '../configuration/client-document.ts';
import type { Vault } from '../crypto.ts';
import type { Environment } from '../model.ts';
import type { AccountEvent } from '../store/client-event.ts';
import type { Step } from '../store/database.ts';
import { insertOutgoingEvent, type OutgoingEvent } from '../store/outgoing-events.ts';

export type Announcement = Omit<OutgoingEvent<AccountEvent>, 'id'>;

export interface AnnounceDependencies {
  readonly vault: Vault;
  readonly environment: Environment;
  /** By client id, as the configuration is now. */
  readonly clients: ReadonlyMap<string, ClientDocument>;
}

/**
 * The steps; after those that lock the people, so that two moments have an order. A client without an address is passed
 * over: it cannot be told. Wake the worker once they are committed.
 */
export function announce(
  announcements: readonly Announcement[],
  { vault, environment, clients }: AnnounceDependencies,
): readonly Step[] {
  return announcements
    .filter(({ clientId }) => typeof clients.get(clientId)?.event_endpoint === 'string')
    .map((announcement) => {
      // Hexadecimal, for operators type it: base64url may begin with a hyphen.
      const id = Buffer.from(environment.randomBytes(16)).toString('hex');
      return insertOutgoingEvent({ ...announcement, id }, vault, environment.now());
    });
}
