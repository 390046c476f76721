/**
 * The `sub` that a client knows a user by: the user's id, until a merge hands another one on to them (DESIGN §6.5).
 *
 * Everything that names a person to a client, or takes a name from one, comes through here: ID tokens, user info, hints, log-out.
 * Within the broker the account is the user's id and nothing else.
 */
import { errors } from 'oidc-provider';
import type { Environment } from '../model.ts';
import type { Store } from '../store/store.ts';

type Subjects = Pick<Store, 'clientSubjects'>;

/** What the client knows the user by, or would be told: to compare with. Writes nothing. */
export async function subjectFor({ clientSubjects }: Subjects, clientId: string, userId: string): Promise<string> {
  return (await clientSubjects.find(clientId, userId)) ?? userId;
}

/**
 * The same for a client that is being told, and so will know the user by it for ever.
 * @throws InvalidGrant when the account was disabled or merged at this very moment: the client must not learn a `sub` that ends
 */
export async function tellSubject(
  { store, environment }: { readonly store: Subjects; readonly environment: Environment },
  clientId: string,
  userId: string,
): Promise<string> {
  const subject = await store.clientSubjects.tell(clientId, userId, environment.now());
  if (subject === null) throw new errors.InvalidGrant('the account ended at this moment');
  return subject;
}
