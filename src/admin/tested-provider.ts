/**
 * The provider that a test is of: as configured now, whether it is switched on or not.
 *
 * Made anew for each step of a test and watched by nobody: a test asks also a provider that is said to be down, and what
 * it meets there stops nobody else. Must never: be handed to a sign-in of any other purpose.
 */
import type { ProviderDocument } from '../configuration/provider-document.ts';
import type { ConfigurationSnapshot } from '../configuration/snapshot.ts';
import type { Records } from '../directory/record.ts';
import { ConfigurationError, SignInError } from '../errors.ts';
import { neverDown } from '../providers/circuit-breaker.ts';
import type { EnabledProvider, Passwords, Provider } from '../providers/provider.ts';
import { createProvider } from '../providers/registry.ts';
import type { Vendor } from '../providers/vendor.ts';

export interface TestedSurroundings {
  readonly vendors: readonly Vendor[];
  readonly records: Records;
  /** Passwords as a test may use them: verified within the same limits, and never written. */
  readonly passwords: Passwords;
  readonly canSendMail: boolean;
}

/** @throws SignInError saying what the operator has to mend before there is anything to try */
export function testedProvider(
  { providers }: ConfigurationSnapshot,
  slug: string,
  surroundings: TestedSurroundings,
): EnabledProvider {
  const document = providers.get(slug);
  if (document === undefined) throw new SignInError('provider_unknown', 'it is not configured any more');
  if (document.vendor === 'email' && !surroundings.canSendMail) {
    throw new SignInError('provider_disabled', 'no mail can be sent: LLAVERO_SMTP_URL is not set');
  }
  const provider = make(document, surroundings);
  return { record: surroundings.records.of(document), provider: { ...provider, ...neverDown } };
}

function make(document: ProviderDocument, { vendors, passwords }: TestedSurroundings): Provider {
  try {
    const provider = createProvider(vendors, document);
    if (provider.kind === 'redirect') return provider;
    return { ...provider, submit: (submission, ports) => provider.submit(submission, { ...ports, passwords }) };
  } catch (error) {
    if (!(error instanceof ConfigurationError)) throw error;
    throw new SignInError('provider_disabled', `its settings cannot be read: ${error.faults.join('; ')}`);
  }
}
