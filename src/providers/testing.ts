/**
 * What tests of providers share.
 */
import assert from 'node:assert/strict';
import type { RedirectProvider } from './provider.ts';
import { createProvider, type ProviderDocument } from './registry.ts';
import type { Vendor } from './vendor.ts';

/** A provider with a page of its own, which that of this document must be. */
export function createRedirectProvider(vendors: readonly Vendor[], document: ProviderDocument): RedirectProvider {
  const provider = createProvider(vendors, document);
  assert.ok(provider.kind === 'redirect', `${provider.slug} has no page of its own`);
  return provider;
}
