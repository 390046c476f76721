/**
 * A browser in words, so that somebody can tell their own devices from another's.
 *
 * Anybody can send any `User-Agent`: it is shown to people and nothing is ever decided by it. Only names from this file
 * come out, so nothing that was sent can reach a page or a mail.
 */
import type { Locale } from '../model.ts';

/** The first that matches counts: most browsers name several others for compatibility. */
const browsers: readonly (readonly [pattern: RegExp, name: string])[] = [
  [/\bEdgA?\/|\bEdgiOS\//, 'Edge'],
  [/\bOPR\/|\bOPT\//, 'Opera'],
  [/\bSamsungBrowser\//, 'Samsung Internet'],
  [/\bFirefox\/|\bFxiOS\//, 'Firefox'],
  [/\bChrome\/|\bCriOS\/|\bChromium\//, 'Chrome'],
  [/\bSafari\//, 'Safari'],
];

const systems: readonly (readonly [pattern: RegExp, name: string])[] = [
  [/\bAndroid\b/, 'Android'],
  [/\biPhone\b/, 'iPhone'],
  [/\biPad\b/, 'iPad'],
  [/\bWindows\b/, 'Windows'],
  [/\bCrOS\b/, 'ChromeOS'],
  [/\bMac OS X\b/, 'Mac'],
  [/\bLinux\b/, 'Linux'],
];

const LONGEST = 1000;

/** Such as "Firefox en Windows"; null where neither is known. */
export function deviceInWords(userAgent: string | null, locale: Locale): string | null {
  const text = userAgent?.slice(0, LONGEST) ?? '';
  const nameIn = (list: typeof browsers) => list.find(([pattern]) => pattern.test(text))?.[1] ?? null;
  const names = [nameIn(browsers), nameIn(systems)].filter((name) => name !== null);
  return names.length === 0 ? null : names.join(locale === 'es-MX' ? ' en ' : ' on ');
}
