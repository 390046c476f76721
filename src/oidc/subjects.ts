/**
 * The `sub` that a client knows a user by: the user's id, until a merge hands another one on to them (DESIGN §6.5).
 *
 * Everything that names a person to a client, or takes a name from one, comes through here: ID tokens, user info, hints, log-out.
 * Within the broker the account is the user's id and nothing else.
 */
import { errors } from 'oidc-provider';
import type { Environment } from '../model.ts';
import { LONGEST_USERNAME, randomUsername, usernameSuffix } from '../person/username.ts';
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

/**
 * The username by which a client knows a user whom it was told of, for ever: there it may be the key of the account (ADR 0018). `wanted`
 * is kept the first time; where another user has that one at this client, one like it. Null when the client knows no such user.
 */
export async function tellUsername(
  { store, environment }: { readonly store: Subjects; readonly environment: Environment },
  clientId: string,
  userId: string,
  wanted: string,
): Promise<string | null> {
  const suffix = usernameSuffix(environment);
  const another = `${wanted.slice(0, LONGEST_USERNAME - suffix.length)}${suffix}`;
  for (const username of [wanted, another, randomUsername(environment)]) {
    const told = await store.clientSubjects.tellUsername(clientId, userId, username);
    if (told === null) return null;
    if (told.kind === 'known') return told.username;
  }
  return null;
}
