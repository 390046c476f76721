/**
 * Which usernames the LMS takes, and which it proposes.
 */

import type { Random } from './random.ts';
import type { World } from './world.ts';

const longest = 30;

export function isUsername(text: string, { ENABLE_UNICODE_USERNAME }: World['settings']): boolean {
  const characters = ENABLE_UNICODE_USERNAME ? /^[\p{L}\p{N}_ .@+-]+$/u : /^[A-Za-z0-9_-]+$/;
  return text.length >= 2 && text.length <= longest && characters.test(text);
}

/** What the pipeline makes of a provider's username: runs of letters, digits and hyphens, joined; free at this moment. */
export function usernameFrom(provided: string | null, world: World, random: Random): string {
  if (provided === null || provided === '') return random.letters(32).toLowerCase().slice(0, longest);
  const start = (provided.match(/[A-Za-z0-9-]+/g) ?? []).join('_').slice(0, longest);
  for (let length = 3, candidate = start; length <= 10; length++) {
    if (candidate.length >= 2 && world.accounts.named(candidate) === null) return candidate;
    candidate = `${start.slice(0, longest - length - 1)}-${alternating(random.letters(length))}`;
  }
  return random.letters(longest);
}

/** Letters and digits in turn. */
function alternating(text: string): string {
  return [...text]
    .map((character, index) => {
      const code = character.charCodeAt(0);
      return index % 2 === 0 ? String.fromCharCode(97 + (code % 26)) : `${code % 10}`;
    })
    .join('');
}

/** Free names for somebody whose own is taken: up to seven, none where nothing can be made of the name. */
export function suggestUsernames(name: string, world: World, random: Random): readonly string[] {
  const words = name
    .normalize('NFD')
    .replaceAll(/[^A-Za-z ]/g, '')
    .split(' ')
    .filter((word) => word !== '');
  const [first = '', ...rest] = words;
  if (first === '') return [];
  const bases = [first + (rest.at(-1) ?? ''), `${first}_${rest.map((word) => word[0]).join('')}`, first];
  const numbered = bases.flatMap((base) => [base, `${base}${digits(random)}`, `${base}_${digits(random)}`]);
  const usable = numbered.filter(
    (candidate) => isUsername(candidate, world.settings) && world.accounts.named(candidate) === null,
  );
  return [...new Set(usable)].slice(0, 7);
}

function digits(random: Random): string {
  return [...random.letters(3)].map((letter) => letter.charCodeAt(0) % 10).join('');
}
