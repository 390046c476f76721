/**
 * Which language a page is written in, from what the client, the person and the browser ask for.
 *
 * Lookup in the manner of RFC 4647 §3.4, with one difference: our tags are few, so the primary language alone decides
 * (`es`, `es-419` and `es-ES` all mean Spanish). Must never turn what was sent into a file name, an attribute or a key.
 */
import type { Locale } from '../model.ts';

export const locales = ['es-MX', 'en'] as const satisfies readonly Locale[];

/** The language of the people this is written for first; also the answer to everything odd. */
export const defaultLocale: Locale = 'es-MX';

const localeByLanguage: ReadonlyMap<string, Locale> = new Map([
  ['es', 'es-MX'],
  ['en', 'en'],
]);

/** A language range of RFC 4647 §2.1 (the basic form), or the wildcard. Names no path and no markup (case I-15). */
const languageRange = /^(?:\*|[a-z]{2,8}(?:-[a-z0-9]{1,8}){0,8})$/i;

/** Longer than any browser sends; what exceeds it is treated as absent instead of being searched. */
const maximumLength = 512;
const maximumRanges = 32;

export interface LocaleRequest {
  /** `ui_locales` of the authorization request: space-separated, in order of preference (OpenID Connect Core §3.1.2.1). */
  readonly uiLocales: string | null;
  /** What the person chose on one of our pages before. */
  readonly cookie: string | null;
  /** The header of RFC 9110 §12.5.4, with its weights. */
  readonly acceptLanguage: string | null;
}

/** The first source that names a language of ours decides; when none does, `es-MX`. Never throws. */
export function chooseLocale(request: LocaleRequest): Locale {
  return (
    lookUp(rangesIn(request.uiLocales, /\s+/)) ??
    lookUp(rangesIn(request.cookie, /\s+/)) ??
    lookUp(weighedRanges(request.acceptLanguage)) ??
    defaultLocale
  );
}

function lookUp(ranges: readonly string[]): Locale | null {
  for (const range of ranges) {
    if (!languageRange.test(range)) continue;
    if (range === '*') return defaultLocale;
    const language = range.split('-', 1)[0]?.toLowerCase() ?? '';
    const locale = localeByLanguage.get(language);
    if (locale !== undefined) return locale;
  }
  return null;
}

function rangesIn(list: string | null, separator: RegExp): readonly string[] {
  if (list === null || list.length > maximumLength) return [];
  return list.trim().split(separator, maximumRanges);
}

/** Ranges by falling weight; equal weights keep their order. A weight of 0 means "not this one" and drops the range. */
function weighedRanges(header: string | null): readonly string[] {
  return rangesIn(header, /\s*,\s*/)
    .map((part) => {
      const [range = '', weight = 'q=1', ...rest] = part.split(/\s*;\s*/);
      const quality = rest.length === 0 ? /^q=(0(?:\.\d{0,3})?|1(?:\.0{0,3})?)$/i.exec(weight)?.[1] : undefined;
      return { range, quality: Number(quality ?? 0) };
    })
    .filter(({ quality }) => quality > 0)
    .sort((one, other) => other.quality - one.quality)
    .map(({ range }) => range);
}
