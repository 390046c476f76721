/**
 * What a new account is called where nobody chose a name: the operator's rule (`accounts.username`), as Open edX takes it.
 *
 * A username stands in addresses, logs and forums, and is never given to anybody else. So it is random unless the operator says
 * otherwise, and only the very word `curp` makes one of a CURP: under every other rule a text that looks like a CURP or a telephone
 * number is nobody's name. It never says who somebody is (D-20): whose name it would have been does not matter to the one who had it.
 */
import type { Environment, Json, JsonObject, Profile } from '../model.ts';
import { foldedUsername, LONGEST_USERNAME, randomUsername, usernameSuffix } from '../person/username.ts';

export type UsernameRule = 'random' | 'email' | 'provider' | 'curp';

export interface NamedPerson {
  readonly profile: Pick<Profile, 'identifiers' | 'raw'>;
  /** In the order in which they count. */
  readonly addresses: readonly string[];
}

/** The name that the rule gives; null where it gives none, or none that can be used. */
export function ruledUsername(rule: UsernameRule, { profile, addresses }: NamedPerson): string | null {
  switch (rule) {
    case 'random':
      return null;
    case 'email':
      return withoutNumbersOfPeople(localPart(addresses[0] ?? ''));
    case 'provider':
      return withoutNumbersOfPeople(localPart(sentName(profile.raw) ?? ''));
    case 'curp': {
      const curp = profile.identifiers.find(({ kind, identifies }) => kind === 'curp' && identifies);
      return curp === undefined ? null : foldedUsername(curp.value);
    }
  }
}

/** That of the rule, with something behind it where it is taken; random where there is none. Who is written first has it. */
export async function freeUsername(
  wanted: string | null,
  isTaken: (username: string) => Promise<boolean>,
  environment: Pick<Environment, 'randomBytes'>,
): Promise<string> {
  if (wanted === null) return randomUsername(environment);
  if (!(await isTaken(wanted))) return wanted;
  const suffix = usernameSuffix(environment);
  const another = `${wanted.slice(0, LONGEST_USERNAME - suffix.length)}${suffix}`;
  return (await isTaken(another)) ? randomUsername(environment) : another;
}

/** Without what follows a plus sign, which is a filing of their own. */
const localPart = (text: string) => text.split('@', 1)[0]?.split('+', 1)[0] ?? '';

/** Whether something in it has the shape of a CURP, whatever stands between: many people would read it. */
export function holdsCurp(text: string): boolean {
  return /[A-Z]{4}\d{6}[A-Z]{6}[A-Z0-9]\d/i.test(bareOf(text));
}

const bareOf = (text: string) => text.replaceAll(/[^A-Za-z0-9]/g, '');

/** A CURP (18 characters) or ten digits and more, whatever stands between them. */
function withoutNumbersOfPeople(text: string): string | null {
  const isNumber = holdsCurp(text) || /\d{10}/.test(bareOf(text));
  return isNumber ? null : foldedUsername(text);
}

/** As OpenID Connect calls it, and as OAuth products do. */
const memberNames = ['preferred_username', 'username', 'user_login', 'login', 'nickname', 'screen_name'] as const;

/** In what the provider sent, in the order of the names. Anything but a short text is none. */
function sentName(raw: JsonObject): string | null {
  const sent = objectOf(raw.sent);
  const places = [objectOf(sent?.userinfo), objectOf(sent?.id_token), sent].filter((place) => place !== null);
  for (const name of memberNames) {
    for (const place of places) {
      const value = Object.hasOwn(place, name) ? place[name] : undefined;
      if (typeof value === 'string' && value.trim() !== '' && value.length <= 255) return value.trim();
    }
  }
  return null;
}

function objectOf(value: Json | undefined): JsonObject | null {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as JsonObject) : null;
}
