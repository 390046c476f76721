/**
 * The address to which a provider sends people back: what an operator registers there, and what each sign-in names.
 *
 * One function for both, because a provider compares the two character by character (RFC 6749 §3.1.2.3).
 */
import type { RedirectProvider } from './provider.ts';

export function callbackUri(
  { slug, redirectUri }: Pick<RedirectProvider, 'slug' | 'redirectUri'>,
  publicUrl: URL,
): string {
  return redirectUri ?? new URL(`/callback/${slug}`, publicUrl).href;
}
