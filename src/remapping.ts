/**
 * Tying identities of campuses to other accounts as this deployment does it: its registrations, its ways in, its mails.
 */
import type { RemapDependencies, RemapRegistration } from './admin/remap.ts';
import type { ConfigurationSnapshot } from './configuration/snapshot.ts';
import { createNotices } from './credentials/notices.ts';
import { registrationSlug } from './lti/launch-registration.ts';
import type { MergingSurroundings } from './merging.ts';
import type { Requester } from './model.ts';
import type { OpenStore } from './open-store.ts';
import { isOfDomain } from './providers/vendors/allowed-domains.ts';
import { email } from './providers/vendors/email.ts';
import type { AccountGraph } from './store/account-graph.ts';
import { policyOf } from './users/linking-policy.ts';
import type { Offer } from './users/ways-in.ts';
import { brandOf } from './web/brand.ts';

export async function openRemapping(
  { databases, store, vault, configuration }: OpenStore,
  { environment, publicUrl, mail }: Pick<MergingSurroundings, 'environment' | 'publicUrl' | 'mail'>,
  requester: Requester,
): Promise<RemapDependencies> {
  const snapshot = await configuration.current();
  const notices = createNotices({ environment, vault, mail, publicUrl, brand: async () => brandOf(snapshot.brand) });
  const nameOf = (slug: string) => (snapshot.ltiConsumers.get(slug) ?? snapshot.ltiPlatforms.get(slug))?.name ?? slug;
  const noticed = (kind: 'identity-linked' | 'identity-unlinked', { user, emails }: AccountGraph, slug: string) =>
    notices.prepare([{ kind, providerName: nameOf(slug) }], emails, {
      ...{ locale: user.locale ?? 'es-MX', requester, eventId: null },
    });
  return {
    ...{ environment, database: databases.durable, store, vault },
    registrations: remapRegistrations(snapshot),
    offer: offerOf(snapshot, mail.canSend),
    tell: async ({ from, to }, slug) => [
      ...(await noticed('identity-unlinked', from, slug)),
      ...(await noticed('identity-linked', to, slug)),
    ],
  };
}

/** Also those that are switched off: whose identities these are does not depend on that. */
export function remapRegistrations({
  ltiConsumers,
  ltiPlatforms,
}: Pick<ConfigurationSnapshot, 'ltiConsumers' | 'ltiPlatforms'>): Map<string, RemapRegistration> {
  return new Map([
    ...[...ltiConsumers.values()].map(({ slug, staff }): [string, RemapRegistration] => {
      return [slug, { deployments: null, subjectScope: 'platform', staff }];
    }),
    ...[...ltiPlatforms.values()].map(({ slug, staff, ...platform }): [string, RemapRegistration] => {
      return [slug, { deployments: platform.deployment_ids, subjectScope: platform.subject_scope, staff }];
    }),
  ]);
}

/** With what people can sign in now, read from the configuration alone. */
function offerOf(
  { providers, ltiConsumers, ltiPlatforms, accounts }: ConfigurationSnapshot,
  canSendMail: boolean,
): Offer {
  const campusOf = (slug: string) => ltiConsumers.get(slug) ?? ltiPlatforms.get(slug) ?? null;
  const mailboxes = [...providers.values()].flatMap(({ vendor, enabled, settings }) => {
    const read = vendor === 'email' && enabled && canSendMail ? email.settings.safeParse(settings) : null;
    return read?.success ? [read.data.allowed_domains] : [];
  });
  const isOn = (slug: string) => {
    const campus = registrationSlug(slug);
    return (campus === null ? providers.get(slug)?.enabled : campusOf(campus)?.enabled) === true;
  };
  return {
    isOn,
    vendorOf: (slug) => providers.get(slug)?.vendor ?? null,
    mailReaches: (key) => mailboxes.some((domains) => isOfDomain(key, domains)),
    addressOpens: policyOf(accounts)['same-verified-address']['one-active'] === 'use',
  };
}
