/**
 * A browser in words, so that somebody can tell their own devices from another's.
 *
 * Anybody can send any `User-Agent`: it is shown to people and nothing is ever decided by it. Only names from this file
 * come out, so nothing that was sent can reach a page or a mail.
 */
import type { Device, Locale } from '../model.ts';

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

export function readDevice(userAgent: string | null): Device {
  const text = userAgent?.slice(0, LONGEST) ?? '';
  const nameIn = (list: typeof browsers) => list.find(([pattern]) => pattern.test(text))?.[1] ?? null;
  return { browser: nameIn(browsers), system: nameIn(systems) };
}

/** Such as "Firefox en Windows"; null where neither is known. */
export function nameOfDevice({ browser, system }: Device, locale: Locale): string | null {
  const names = [browser, system].filter((name) => name !== null);
  return names.length === 0 ? null : names.join(locale === 'es-MX' ? ' en ' : ' on ');
}

export function deviceInWords(userAgent: string | null, locale: Locale): string | null {
  return nameOfDevice(readDevice(userAgent), locale);
}
