/**
 * The vendors that can be configured, and the one way from a configuration document to a provider.
 *
 * To add a vendor, write its module and name it in the list.
 */

import { ConfigurationError } from '../errors.ts';
import type { Provider } from './provider.ts';
import type { Vendor } from './vendor.ts';
import { email } from './vendors/email.ts';
import { facebook } from './vendors/facebook.ts';
import { google } from './vendors/google.ts';
import { guest } from './vendors/guest.ts';
import { khanAcademy } from './vendors/khan-academy.ts';
import { linkedin } from './vendors/linkedin.ts';
import { llaveMx } from './vendors/llave-mx.ts';
import { mit } from './vendors/mit.ts';
import { oauth1 } from './vendors/oauth1.ts';
import { oauth2 } from './vendors/oauth2.ts';
import { oidc } from './vendors/oidc.ts';
import { password } from './vendors/password.ts';
import { wordpress } from './vendors/wordpress.ts';
import { x } from './vendors/x.ts';
import { xOAuth1 } from './vendors/x-oauth1.ts';

export const vendors: readonly Vendor[] = [
  email,
  facebook,
  google,
  guest,
  khanAcademy,
  linkedin,
  llaveMx,
  mit,
  oauth1,
  oauth2,
  oidc,
  password,
  wordpress,
  x,
  xOAuth1,
];

/** A provider as a configuration file or the database names it; `settings` is not yet checked. */
export interface ProviderDocument {
  readonly slug: string;
  readonly vendor: string;
  readonly settings: unknown;
}

/** @throws ConfigurationError with every fault of the settings; no value of a setting is repeated, it may be a secret */
export function createProvider(vendors: readonly Vendor[], document: ProviderDocument): Provider {
  const vendor = vendors.find((candidate) => candidate.vendor === document.vendor);
  if (vendor === undefined) {
    const known = vendors.map((candidate) => candidate.vendor).join(', ');
    throw new ConfigurationError([`${document.slug}: the vendor is not known; known are: ${known}`]);
  }
  const settings = vendor.settings.safeParse(document.settings);
  if (settings.success) return vendor.create(document.slug, settings.data);
  throw new ConfigurationError(
    settings.error.issues.map(
      (issue) => `${[document.slug, 'settings', ...issue.path.map(String)].join('.')}: ${issue.message}`,
    ),
  );
}
