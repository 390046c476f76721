/**
 * Which refusals say that a provider is down. Any other is an answer: of the provider, of the person, or about settings.
 */
import { type ErrorCode, SignInError } from '../errors.ts';

const outages: readonly ErrorCode[] = ['provider_unreachable', 'provider_timeout'];

export function isOutage(error: unknown): boolean {
  return error instanceof SignInError && outages.includes(error.code);
}
