/**
 * Which values of a document are secret: what is masked in a plan and written as a reference in an export.
 *
 * When in doubt, secret: settings that this program does not know, of a vendor that it does not have among them.
 */
import type { JsonObject } from '../model.ts';
import type { Vendor } from '../providers/vendor.ts';
import type { ConfigurationKind } from './documents.ts';

/** Whether the member at `path` (one name, or `settings` and a name) is secret. */
export type IsSecret = (path: readonly [string] | readonly [string, string]) => boolean;

export function secretFields(kind: ConfigurationKind, document: JsonObject, vendors: readonly Vendor[]): IsSecret {
  if (kind === 'client') return ([member]) => member === 'client_secret' || member === 'previous_client_secret';
  if (kind !== 'provider') return () => false;
  const vendor = vendors.find(({ vendor }) => vendor === document.vendor);
  return ([member, setting]) =>
    member === 'settings' &&
    setting !== undefined &&
    (vendor === undefined || !Object.hasOwn(vendor.settings.shape, setting) || vendor.secretSettings.includes(setting));
}
