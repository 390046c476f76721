/**
 * Usernames: which may be chosen, which we make ourselves, and what we propose where one is taken.
 *
 * They stand in URLs, logs and forums, so ours say nothing of the person unless the operator wants that. Must never let two that look
 * alike be two people's: only ASCII is taken, and case does not tell them apart (D-20, L-02, L-03).
 */
import type { Environment } from '../model.ts';
import { asFault, asValue, type FieldReading } from './reading.ts';

/** What Open edX takes without `ENABLE_UNICODE_USERNAME`. */
const USERNAME = /^[A-Za-z0-9_-]{2,30}$/;
export const LONGEST_USERNAME = 30;

/** Names that speak for the site, or that programs take for nobody. Separators do not make them others. */
const reserved = new Set(
  `admin administrator administrador administradora root system sistema superuser support soporte ayuda help helpdesk
  staff equipo moderator moderador moderadora security seguridad webmaster postmaster hostmaster abuse noreply info
  contact contacto null undefined none anonymous anonimo anonima guest invitado invitada llavero openedx edx everyone
  all todos me self user users usuario usuarios api www mail test`.split(/\s+/),
);

export function readUsername(typed: string): FieldReading {
  const username = typed.trim();
  if (!USERNAME.test(username)) return asFault({ code: 'malformed' });
  const isReserved = reserved.has(username.toLowerCase().replaceAll(/[_-]/g, ''));
  return isReserved ? asFault({ code: 'reserved' }) : asValue(username);
}

/** Of 60 random bits: for whoever chooses none. */
export function randomUsername(environment: Pick<Environment, 'randomBytes'>): string {
  return `user-${randomLetters(12, environment)}`;
}

/** As Open edX calls whom a launch brings (lti.md §1.6): as long as a name may be, and of 150 random bits. */
export function opaqueUsername(environment: Pick<Environment, 'randomBytes'>): string {
  return randomLetters(LONGEST_USERNAME, environment);
}

const MADE_UP = new RegExp(`^(?:user-[0-9a-hjkmnp-tv-z]{12}|[0-9a-hjkmnp-tv-z]{${LONGEST_USERNAME}})$`);

/** Whether it looks like one of the two above: nobody would know themselves by it. */
export const isMadeUpUsername = (username: string): boolean => MADE_UP.test(username);

function randomLetters(count: number, environment: Pick<Environment, 'randomBytes'>): string {
  return Array.from(environment.randomBytes(count), (byte) => alphabet[byte % alphabet.length]).join('');
}

/** No i, l, o or u: read aloud or from paper they are taken for others. 32 divides 256, so that no character is likelier. */
const alphabet = '0123456789abcdefghjkmnpqrstvwxyz';

/**
 * What can stay of a text from elsewhere, as Open edX makes it (open-edx.md §6): letters without their accents, runs joined by `_`.
 * Null where too little is left, or what would speak for the site.
 */
export function foldedUsername(text: string): string | null {
  const plain = text.normalize('NFKD').replaceAll(/\p{M}/gu, '');
  const folded = (plain.match(/[A-Za-z0-9-]+/g) ?? []).join('_').slice(0, LONGEST_USERNAME);
  const reading = readUsername(folded);
  return reading.kind === 'value' ? reading.value : null;
}

/** What tells a name from one that is taken: 20 random bits, so that of many at the same moment each gets its own. */
export function usernameSuffix(environment: Pick<Environment, 'randomBytes'>): string {
  return `-${Array.from(environment.randomBytes(4), (byte) => alphabet[byte % alphabet.length]).join('')}`;
}

/** The same name with a number behind it, a few times; whether they are free is for the caller to find out. */
export function similarUsernames(username: string, environment: Pick<Environment, 'randomBytes'>): string[] {
  const stem = username.slice(0, LONGEST_USERNAME - '-000'.length);
  const numbers = new Set(Array.from(environment.randomBytes(SIMILAR), (byte) => 100 + byte));
  return [...numbers].map((number) => `${stem}-${number}`);
}
const SIMILAR = 6;
