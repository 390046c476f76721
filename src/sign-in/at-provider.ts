/**
 * What a sign-in asks of its provider: where the person goes, what was answered to its forms, and who came back.
 *
 * Verifier, nonce and `state` are made here for every provider alike (DESIGN §5): no provider makes its own.
 */
import { codeChallenge, randomToken } from '../crypto.ts';
import { SignInError } from '../errors.ts';
import type { Arrival, Departure, Environment, Requester, SignIn } from '../model.ts';
import type {
  Answered,
  FormPorts,
  FormRequest,
  Provider,
  ProviderContext,
  RedirectProvider,
  Shown,
  Submission,
} from '../providers/provider.ts';
import type { Asked, Sent } from './asked.ts';

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
  /** @throws SignInError when it cannot be answered now */
  submit(provider: Provider, submission: Submission): Promise<Shown | Answered<Arrival>>;
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

    async submit(provider, submission) {
      // A provider that was of another vendor when it showed its form does not know what was sent from it.
      if (provider.kind !== 'form') throw new SignInError('issuer_mismatch', 'a form of a provider that has none');
      return provider.submit(submission, formPorts);
    },
  };
}

/** What a form is told of the attempt that it belongs to. */
function formRequest({ id, locale, purpose }: SignIn, requester: Requester): FormRequest {
  const siteName = purpose.kind === 'authorize' ? purpose.clientName : null;
  const change = purpose.kind === 'change' ? purpose.what : null;
  return { signInId: id, locale, siteName, loginHint: loginHintOf({ purpose }), change, requester };
}

/** What was sent, with what was asked. */
export function submissionOf(signIn: SignIn, { form, remembered }: Asked, { fields, requester }: Sent): Submission {
  return { ...formRequest(signIn, requester), form, remembered, fields };
}

function loginHintOf({ purpose }: Pick<SignIn, 'purpose'>): string | null {
  return purpose.kind === 'authorize' ? purpose.loginHint : null;
}

/** Each parameter once (RFC 6749 §3.1): two codes or two states are an attack on whoever reads the other one. */
export function singleParameters(parameters: URLSearchParams): ReadonlyMap<string, string> {
  const single = new Map<string, string>();
  for (const [name, value] of parameters) {
    if (single.has(name)) throw new SignInError('callback_malformed', 'a parameter was sent twice');
    single.set(name, value);
  }
  return single;
}
