/**
 * The `sub` that a client knows a user by: the user's id, or one that no other client has, as the client's document says; until a
 * merge hands another one on to them (DESIGN §6.5).
 *
 * Everything that names a person to a client, or takes a name from one, comes through here: ID tokens, user info, hints, log-out.
 * Within the broker the account is the user's id and nothing else. Must never: change a `sub` that a client was told, whatever
 * its document says since.
 */
import { errors } from 'oidc-provider';
import type { ClientDocument } from '../configuration/client-document.ts';
import type { Vault } from '../crypto.ts';
import type { Environment } from '../model.ts';
import { LONGEST_USERNAME, randomUsername, usernameSuffix } from '../person/username.ts';
import type { Store } from '../store/store.ts';

export interface SubjectsDependencies {
  readonly store: Pick<Store, 'clientSubjects'>;
  readonly vault: Pick<Vault, 'derive'>;
  readonly environment: Environment;
  readonly findClient: (clientId: string) => Promise<Pick<ClientDocument, 'subject_type'> | null>;
}

export interface Subjects {
  /** What the client knows the user by, or would be told: to compare with. Writes nothing. */
  of(clientId: string, userId: string): Promise<string>;
  /**
   * The same for a client that is being told, and so will know the user by it for ever.
   * @throws InvalidGrant when the account was disabled or merged at this very moment: the client must not learn a `sub` that ends
   */
  tell(clientId: string, userId: string): Promise<string>;
  /** The same, and null for such an account. */
  tellIfOpen(clientId: string, userId: string): Promise<string | null>;
  /**
   * The username by which a client that was told of the user knows them, for ever: there it may be the key of the account (ADR 0018).
   * `wanted` is kept the first time; where another user has that one at this client, one like it. Null when the client knows no such
   * user.
   */
  tellUsername(clientId: string, userId: string, wanted: string): Promise<string | null>;
}

export function createSubjects({ store, vault, environment, findClient }: SubjectsDependencies): Subjects {
  const { clientSubjects } = store;

  /** For who was never told. Core §8.1: of client, user and a secret, so that it is the same each time and leads nowhere. */
  async function first(clientId: string, userId: string): Promise<string> {
    const client = await findClient(clientId);
    return client?.subject_type === 'pairwise' ? vault.derive('pairwise subject', clientId, userId) : userId;
  }

  async function tellIfOpen(clientId: string, userId: string): Promise<string | null> {
    return clientSubjects.tell(clientId, userId, environment.now(), await first(clientId, userId));
  }

  return {
    async of(clientId, userId) {
      return (await clientSubjects.find(clientId, userId)) ?? first(clientId, userId);
    },
    tellIfOpen,
    async tell(clientId, userId) {
      const subject = await tellIfOpen(clientId, userId);
      if (subject === null) throw new errors.InvalidGrant('the account ended at this moment');
      return subject;
    },
    async tellUsername(clientId, userId, wanted) {
      const suffix = usernameSuffix(environment);
      const another = `${wanted.slice(0, LONGEST_USERNAME - suffix.length)}${suffix}`;
      for (const username of [wanted, another, randomUsername(environment)]) {
        const told = await clientSubjects.tellUsername(clientId, userId, username);
        if (told === null) return null;
        if (told.kind === 'known') return told.username;
      }
      return null;
    },
  };
}
