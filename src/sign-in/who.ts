/**
 * Which sign-in it is, for the log.
 */
import type { SignIn } from '../model.ts';
import { clientOf } from './purpose.ts';

/** What a log line may say of a sign-in. */
export function who(signIn: SignIn) {
  return {
    signInId: signIn.id.slice(0, 8),
    provider: providerOf(signIn),
    clientId: clientOf(signIn.purpose),
  };
}

export function providerOf(signIn: SignIn): string | null {
  const { purpose, departure, arrival } = signIn;
  return departure?.provider ?? arrival?.profile.provider ?? (purpose.kind === 'test' ? purpose.slug : null);
}
