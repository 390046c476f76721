/**
 * A person's claims in the shape that a client wants.
 */
import { claimOf, isIdentifying, type ShapeMember, type UserinfoMapping } from '../configuration/userinfo-shape.ts';
import type { Json, JsonObject } from '../model.ts';

/** Null where something that says who it is has no value: such an answer would make one person of everybody. */
export function shaped({ members }: UserinfoMapping, claims: JsonObject): JsonObject | null {
  // Where `email_verified` is not released, the address is a verified one. Where it is, whoever reads a shape does not read it.
  const believable = claims.email_verified === false ? { ...claims, email: null } : claims;
  const told = Object.entries(members).map(([name, member]) => [name, member, valueIn(member, believable)] as const);
  const isAnonymous = told.some(([, member, value]) => value === null && isIdentifying(claimOf(member) ?? ''));
  return isAnonymous
    ? null
    : Object.fromEntries(told.flatMap(([name, , value]) => (value === null ? [] : [[name, value]])));
}

/** Null where there is none, or none of that type: nothing is made up. */
function valueIn(member: ShapeMember, claims: JsonObject): Json {
  if (typeof member === 'string') return claims[member] ?? null;
  if ('value' in member) return member.value;
  const value = claims[member.claim] ?? null;
  return member.type === 'text' ? asText(value) : asNumber(value);
}

function asText(value: Json): string | null {
  return value === null || typeof value === 'object' ? null : String(value);
}

/** A truth is 1 or 0, as PHP writes it. No number is read out of a text: a `sub` of digits would lose some of them. */
function asNumber(value: Json): number | null {
  if (typeof value === 'boolean') return value ? 1 : 0;
  return typeof value === 'number' ? value : null;
}
