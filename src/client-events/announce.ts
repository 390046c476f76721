/**
 * From what happened to the steps that owe it to clients, for the transaction in which it happens.
 */
import type { ClientDocument } from '../configuration/client-document.ts';
import type { ConfigurationSource } from '../configuration/snapshot.ts';
import type { Vault } from '../crypto.ts';
import type { Environment } from '../model.ts';
import type { Step } from '../store/database.ts';
import { type Announcement, insertOutgoingEvent } from '../store/outgoing-events.ts';

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

export type Announce = (announcements: readonly Announcement[]) => Promise<readonly Step[]>;

/** The same to the clients that are configured at that moment. */
export function createAnnounce(
  configuration: ConfigurationSource,
  tools: Pick<AnnounceDependencies, 'vault' | 'environment'>,
): Announce {
  return async (announcements) =>
    announce(announcements, { ...tools, clients: (await configuration.current()).clients });
}
