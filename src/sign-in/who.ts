/**
 * Which sign-in it is, for the log.
 */
import type { SignIn } from '../model.ts';

/** What a log line may say of a sign-in. */
export function who(signIn: SignIn) {
  return {
    signInId: signIn.id.slice(0, 8),
    provider: providerOf(signIn),
    clientId: signIn.purpose.kind === 'authorize' ? signIn.purpose.clientId : null,
  };
}

export function providerOf(signIn: SignIn): string | null {
  const { purpose, departure, arrival } = signIn;
  return departure?.provider ?? arrival?.profile.provider ?? (purpose.kind === 'test' ? purpose.slug : null);
}
