/**
 * The configured providers as an operator sees them, and trying one from outside.
 *
 * A provider whose settings this version cannot read is shown as such and never tried: half of it could be a guess (O-07).
 */
import type { ConfigurationSnapshot } from '../configuration/snapshot.ts';
import { createRecords } from '../directory/record.ts';
import { ConfigurationError } from '../errors.ts';
import { callbackUri } from '../providers/callback-uri.ts';
import type { Finding, Provider, ProviderContext } from '../providers/provider.ts';
import { createProvider } from '../providers/registry.ts';
import type { Vendor } from '../providers/vendor.ts';
import { AdminRefusal } from './refusal.ts';

/** `unreadable`: off, because its settings are not what this version expects; `faults` say why, without values. */
export type ProviderState =
  /** `callbackUri` null: a way of our own, which nobody comes back to from elsewhere. */
  | { readonly state: 'enabled' | 'disabled'; readonly name: string; readonly callbackUri: string | null }
  | { readonly state: 'unreadable'; readonly faults: readonly string[] };

export type ProviderView = { readonly slug: string; readonly vendor: string } & ProviderState;

export interface ProviderSurroundings {
  readonly vendors: readonly Vendor[];
  readonly publicUrl: URL;
}

export interface ProviderTest {
  readonly slug: string;
  /** The address that has to be registered at the provider; null where there is none. */
  readonly callbackUri: string | null;
  readonly findings: readonly Finding[];
}

/** By slug. */
export function listProviders(snapshot: ConfigurationSnapshot, surroundings: ProviderSurroundings): ProviderView[] {
  const records = createRecords(surroundings.vendors);
  return [...snapshot.providers.values()]
    .toSorted((a, b) => (a.slug < b.slug ? -1 : 1))
    .map((document) => {
      const { slug, vendor, enabled } = document;
      const made = make(snapshot, slug, surroundings.vendors);
      if (!('provider' in made)) return { slug, vendor, state: 'unreadable', ...made };
      return {
        slug,
        vendor,
        state: enabled ? 'enabled' : 'disabled',
        name: records.of(document).name.en,
        callbackUri: addressToRegister(made.provider, surroundings.publicUrl),
      };
    });
}

/**
 * Looks at one provider from outside; also at a disabled one, so that it can be tried before it is switched on.
 * @throws AdminRefusal `not_found`, `invalid` when its settings cannot be read
 */
export async function testProvider(
  snapshot: ConfigurationSnapshot,
  slug: string,
  { vendors, publicUrl }: ProviderSurroundings,
  context: ProviderContext,
): Promise<ProviderTest> {
  if (!snapshot.providers.has(slug)) {
    const known = [...snapshot.providers.keys()].join(', ');
    throw new AdminRefusal(
      'not_found',
      `there is no provider ${slug}; there ${known === '' ? 'is none' : `are ${known}`}`,
    );
  }
  const made = make(snapshot, slug, vendors);
  if (!('provider' in made)) {
    throw new AdminRefusal('invalid', `the settings of ${slug} cannot be read: ${made.faults.join('; ')}`);
  }
  const { provider } = made;
  const address = addressToRegister(provider, publicUrl);
  const findings = provider.kind === 'redirect' ? await provider.check(callbackUri(provider, publicUrl), context) : [];
  return { slug, callbackUri: address, findings };
}

function addressToRegister(provider: Provider, publicUrl: URL): string | null {
  return provider.kind === 'redirect' ? callbackUri(provider, publicUrl) : null;
}

type Made = { readonly provider: Provider } | { readonly faults: readonly string[] };

function make(snapshot: ConfigurationSnapshot, slug: string, vendors: readonly Vendor[]): Made {
  const document = snapshot.providers.get(slug);
  if (document === undefined) return { faults: ['it is not configured'] };
  try {
    return { provider: createProvider(vendors, document) };
  } catch (error) {
    if (!(error instanceof ConfigurationError)) throw error;
    return { faults: error.faults };
  }
}
