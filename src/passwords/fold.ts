/** How texts are made comparable for guessing: without case, without accents, "ﬁ" as "fi". Never for verifying. */

export function fold(text: string): string {
  return text.normalize('NFKD').replaceAll(/\p{M}/gu, '').toLowerCase();
}
