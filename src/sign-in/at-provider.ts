/**
 * What a sign-in asks of its provider: where the person goes, and who came back.
 *
 * Verifier, nonce and `state` are made here for every provider alike (DESIGN §5): no provider makes its own.
 */
import { codeChallenge, randomToken } from '../crypto.ts';
import { SignInError } from '../errors.ts';
import type { Arrival, Departure, Environment, Requester, SignIn } from '../model.ts';
import type { FormPorts, FormRequest, Provider, ProviderContext, RedirectProvider } from '../providers/provider.ts';

export interface AtProviderDependencies {
  readonly environment: Environment;
  readonly providerContext: () => Promise<ProviderContext>;
  readonly formPorts: FormPorts;
  readonly callbackUri: (provider: RedirectProvider) => string;
}

export interface AtProvider {
  /** @throws SignInError when the provider cannot be reached or refuses */
  start(provider: Provider, signIn: SignIn, requester: Requester): Promise<Departure>;
  /** @throws SignInError when somebody refused, or when what came back cannot be trusted */
  finish(provider: Provider, departure: Departure, parameters: ReadonlyMap<string, string>): Promise<Arrival>;
}

export function createAtProvider(dependencies: AtProviderDependencies): AtProvider {
  const { environment, providerContext, formPorts, callbackUri } = dependencies;
  return {
    async start(provider, signIn, requester) {
      const codeVerifier = randomToken(environment, 32);
      const nonce = randomToken(environment, 16);
      const common = { provider: provider.slug, departedAt: environment.now(), codeVerifier, nonce };
      if (provider.kind === 'form') {
        const { form, remembered } = await provider.start(formRequest(signIn, requester), formPorts);
        return { ...common, to: { kind: 'form', form }, remembered };
      }
      const { redirect, remembered } = await provider.start(
        {
          redirectUri: callbackUri(provider),
          state: signIn.id,
          codeChallenge: codeChallenge(codeVerifier),
          nonce,
          locale: signIn.locale,
          loginHint: loginHintOf(signIn),
        },
        await providerContext(),
      );
      return { ...common, to: { kind: 'redirect', url: redirect.href }, remembered };
    },

    async finish(provider, { codeVerifier, nonce, remembered }, parameters) {
      // Nobody comes back from a form of ours by a callback: whoever does was given its address.
      if (provider.kind !== 'redirect') throw new SignInError('issuer_mismatch', 'a callback of a way that has none');
      const request = { parameters, redirectUri: callbackUri(provider), codeVerifier, nonce, remembered };
      return { ...(await provider.finish(request, await providerContext())), special: null };
    },
  };
}

/** What a form is told of the attempt that it belongs to. */
export function formRequest({ id, locale, purpose }: SignIn, requester: Requester): FormRequest {
  const siteName = purpose.kind === 'authorize' ? purpose.clientName : null;
  return { signInId: id, locale, siteName, loginHint: loginHintOf({ purpose }), requester };
}

function loginHintOf({ purpose }: Pick<SignIn, 'purpose'>): string | null {
  return purpose.kind === 'authorize' ? purpose.loginHint : null;
}
