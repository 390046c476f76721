/**
 * Where a value comes from, in small print under it.
 */
import { textsFor } from '../i18n/texts.ts';
import { displayName } from './display.ts';
import { type Html, html } from './html.ts';
import type { Frame } from './layout.ts';

export type ValueSource =
  | { readonly by: 'provider'; readonly name: string }
  /** An account that was brought here from another system. */
  | { readonly by: 'earlier-account' }
  | { readonly by: 'person' };

/** A line for each; nothing where it is not known. */
export function sourceLines({ locale }: Frame, sources: readonly ValueSource[]): readonly Html[] {
  const { fromProvider, fromImport, fromYou } = textsFor(locale).account;
  const words = (source: ValueSource) => {
    switch (source.by) {
      case 'provider':
        return fromProvider(displayName(source.name));
      case 'earlier-account':
        return fromImport;
      case 'person':
        return fromYou;
    }
  };
  return sources.map((source) => html` <span class="hint" data-testid="value-source">${words(source)}</span>`);
}
