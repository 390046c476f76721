/**
 * How a test comes from the command line into a browser: an address, and a code that is typed there.
 *
 * The command line stores an attempt that belongs to no browser yet; whoever types the code makes it theirs, once. The
 * address holds only the attempt's id, which opens nothing: addresses stand in access logs, in histories and in what a
 * page sends to the next one. The code travels in the body of one POST, which stands in none of them (M-02), and works
 * without script, as the fragment of an address would not.
 */
import { equalSecrets, randomToken, type Vault } from '../crypto.ts';
import { SignInError } from '../errors.ts';
import type { Environment, Locale, Milliseconds, SignIn } from '../model.ts';
import type { Store } from '../store/store.ts';
import { browserHash, startedSignIn } from './beginning.ts';
import { failureStep } from './test-steps.ts';

/** How long the code is good for. */
export const INVITATION_LIFE: Milliseconds = 10 * 60_000;
/** All of a test, its report included: what somebody's provider said of them is kept no longer than it is looked at. */
export const TEST_LIFE: Milliseconds = 30 * 60_000;

export interface InvitationDependencies {
  readonly environment: Environment;
  readonly store: Pick<Store, 'signIns'>;
  readonly vault: Vault;
}

export interface Invitation {
  readonly id: string;
  readonly code: string;
}

/** Stores a test of this provider. The code is told once, here. */
export async function inviteToTest(
  { environment, store, vault }: InvitationDependencies,
  slug: string,
): Promise<Invitation> {
  const id = randomToken(environment, 16);
  const code = newCode(environment);
  // In this language until a browser says which one it wants.
  const begun = { id, browserHash: codeHash(vault, id, code), purpose: { kind: 'test', slug }, guest: null } as const;
  const signIn = startedSignIn({ ...begun, locale: 'es-MX', life: TEST_LIFE }, environment.now());
  await store.signIns.insert(signIn);
  return { id, code };
}

/**
 * A test that nobody has opened yet, and its provider: what the page may know before the code is typed.
 * @throws SignInError sign_in_unknown, sign_in_expired, sign_in_replayed
 */
export async function findInvitation(
  { environment, store }: Omit<InvitationDependencies, 'vault'>,
  id: string,
): Promise<{ readonly signIn: SignIn; readonly slug: string }> {
  const signIn = await store.signIns.find(id);
  // Of an attempt with another purpose nothing is said here, not even that there is one.
  if (signIn?.purpose.kind !== 'test') throw new SignInError('sign_in_unknown', 'no such test');
  if (environment.now() - signIn.createdAt >= INVITATION_LIFE) {
    throw new SignInError('sign_in_expired', 'the code of the test is no longer good');
  }
  if (isOpened(signIn)) throw new SignInError('sign_in_replayed', 'the test was opened before');
  return { signIn, slug: signIn.purpose.slug };
}

/** Whether it belongs to a browser, or was given up. */
export function isOpened({ version }: SignIn): boolean {
  return version > 1;
}

/** Ties the test to a browser; null when this is not its code. @throws SignInError as `findInvitation` */
export async function acceptInvitation(
  dependencies: InvitationDependencies,
  given: Invitation,
  locale: Locale,
): Promise<{ readonly signIn: SignIn; readonly browserSecret: string } | null> {
  const { environment, store, vault } = dependencies;
  const { signIn } = await findInvitation(dependencies, given.id);
  const code = readCode(given.code);
  // 60 bits for ten minutes: so many can be guessed in that time by nobody, and a limit would let strangers use it up.
  if (code === null || !equalSecrets(signIn.browserHash, codeHash(vault, signIn.id, code))) return null;
  const browserSecret = randomToken(environment, 16);
  const browser = { browserHash: browserHash(vault, signIn.id, browserSecret), locale };
  const bound = await store.signIns.bind(signIn, browser, environment.now());
  if (bound === null) throw new SignInError('sign_in_replayed', 'the test was opened at the same moment');
  return { signIn: bound, browserSecret };
}

/** Ends a test that nobody waits for any more, unless it has ended. */
export async function withdrawTest({ environment, store }: Omit<InvitationDependencies, 'vault'>, id: string) {
  const signIn = await store.signIns.find(id);
  if (signIn === null || signIn.state === 'answered') return;
  const detail = 'the command that began the test was ended';
  const step = failureStep({
    at: signIn.departure === null ? 'departure' : 'return',
    code: 'sign_in_expired',
    detail,
    advice: null,
  });
  const change = { outcome: { kind: 'tested' }, testSteps: [...signIn.testSteps, step] } as const;
  await store.signIns.advance(signIn, 'answered', change, environment.now());
}

/** Of another kind than the secret of a browser: neither can stand in for the other. */
const codeHash = (vault: Vault, id: string, code: string) => vault.tokenHash('code of a test', `${id}.${code}`);

/** The digits and the capitals without I, L, O and U: 32, so that five bits choose each without a bias. */
const ALPHABET = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';
const LENGTH = 12;

/** Three groups of four. */
function newCode(environment: Environment): string {
  const characters = Array.from(environment.randomBytes(LENGTH), (byte) => ALPHABET.charAt(byte % ALPHABET.length));
  return [0, 4, 8].map((start) => characters.slice(start, start + 4).join('')).join('-');
}

/** However it was typed. What the alphabet leaves out is what it looks like. */
function readCode(typed: string): string | null {
  const characters = typed
    .slice(0, 60)
    .toUpperCase()
    .replaceAll(/[\s-]/g, '')
    .replaceAll('O', '0')
    .replaceAll(/[IL]/g, '1');
  const [, ...groups] = /^([0-9A-Z]{4})([0-9A-Z]{4})([0-9A-Z]{4})$/.exec(characters) ?? [];
  return groups.length === 0 ? null : groups.join('-');
}
