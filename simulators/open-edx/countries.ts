/**
 * Which two letters are a country (ISO 3166-1), by what the language data of the runtime knows.
 */

const names = new Intl.DisplayNames(['en'], { type: 'region', fallback: 'none' });
/** Known to it, and no countries: reserved codes, unions, pseudo-locales. */
const others = new Set(['AC', 'CP', 'CQ', 'DG', 'EA', 'EU', 'EZ', 'IC', 'QO', 'TA', 'UN', 'XA', 'XB', 'XK', 'ZZ']);

export function isCountry(code: string): boolean {
  return /^[A-Z]{2}$/.test(code) && !others.has(code) && names.of(code) !== undefined;
}
