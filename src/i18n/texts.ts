/**
 * The one way to the words of a language, and the shapes that both tables share.
 *
 * The Spanish table is the original; the compiler refuses an English one with a key too few or too many.
 */
import type { Locale } from '../model.ts';
import { en } from './en.ts';
import { esMx, type Texts } from './es-mx.ts';

export type { Texts } from './es-mx.ts';
export type { RefusalText } from './refusal-text.ts';

const tables: { readonly [locale in Locale]: Texts } = { 'es-MX': esMx, en };

export function textsFor(locale: Locale): Texts {
  return tables[locale];
}
