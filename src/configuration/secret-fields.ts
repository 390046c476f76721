/**
 * Which values of a document are secret: what is masked in a plan and written as a reference in an export.
 *
 * When in doubt, secret: settings that this program does not know, of a vendor that it does not have among them.
 */
import type { JsonObject } from '../model.ts';
import type { Vendor } from '../providers/vendor.ts';
import type { ConfigurationKind } from './documents.ts';

/** Members that are maps of values which are compared, masked and written one by one. */
const nested: { readonly [kind in ConfigurationKind]?: readonly string[] } = {
  provider: ['settings'],
  open_edx: ['service_worker', 'limits'],
};

export function isNested(kind: ConfigurationKind, member: string): boolean {
  return nested[kind]?.includes(member) === true;
}

/** Whether the member at `path` (one name, or that of a nested one and a name in it) is secret. */
export type IsSecret = (path: readonly [string] | readonly [string, string]) => boolean;

export function secretFields(kind: ConfigurationKind, document: JsonObject, vendors: readonly Vendor[]): IsSecret {
  if (kind === 'client') return ([member]) => member === 'client_secret' || member === 'previous_client_secret';
  if (kind === 'open_edx') return (path) => ['api_client_secret', 'service_worker.token'].includes(path.join('.'));
  if (kind === 'lti_consumer') return ([member]) => member === 'secret' || member === 'previous_secret';
  if (kind !== 'provider') return () => false;
  const vendor = vendors.find(({ vendor }) => vendor === document.vendor);
  return ([member, setting]) =>
    member === 'settings' &&
    setting !== undefined &&
    (vendor === undefined || !Object.hasOwn(vendor.settings.shape, setting) || vendor.secretSettings.includes(setting));
}
