/**
 * Where launches come in: the addresses of LTI over this deployment's store and configuration, and what its consumers and platforms
 * are to sign-ins.
 */
import { contentOf, type RunsOfLms } from './configuration/lti-content.ts';
import type { LtiConsumerDocument, LtiPlatformDocument } from './configuration/lti-document.ts';
import type { OpenEdxDocument } from './configuration/open-edx-document.ts';
import type { ConfigurationSnapshot } from './configuration/snapshot.ts';
import type { LaunchRegistration, LinkingRule } from './lti/launch-registration.ts';
import { mountLtiRegistration } from './lti/registration/routes.ts';
import { mountLti } from './lti/routes.ts';
import type { Environment } from './model.ts';
import { createKeySource } from './oidc/key-source.ts';
import type { OpenStore } from './open-store.ts';
import type { LaunchDoor } from './sign-in/launch.ts';

type LtiDocument = LtiConsumerDocument | LtiPlatformDocument;

export function openLaunchDoor(
  { store, configuration }: Pick<OpenStore, 'store' | 'configuration'>,
  { publicUrl, environment }: { readonly publicUrl: URL; readonly environment: Environment },
): LaunchDoor<ConfigurationSnapshot> {
  const keys = createKeySource(store.ltiKeys, environment);
  return {
    registrationsOf({ ltiConsumers, ltiPlatforms }) {
      const documents: readonly LtiDocument[] = [...ltiConsumers.values(), ...ltiPlatforms.values()];
      return new Map(documents.filter(({ enabled }) => enabled).map((one) => [one.slug, registrationOf(one)]));
    },
    mount(app, receiveLaunch, tools) {
      const registrations = () => configuration.current();
      mountLtiRegistration(app, { ...tools, publicUrl, environment, store, configuration: registrations });
      mountLti(app, { ...tools, publicUrl, environment, store, keys, registrations, receiveLaunch, findContent });
    },
  };

  async function findContent(clientId: string) {
    const { clients, openEdx } = await configuration.current();
    const client = clients.get(clientId);
    if (client === undefined) return null;
    const platforms = [...openEdx.values()].filter((lms) => lms.client === clientId);
    return { name: client.client_name, content: contentOf(client, await Promise.all(platforms.map(runsOf))) };
  }

  async function runsOf({ slug, base_url, public_url }: OpenEdxDocument): Promise<RunsOfLms> {
    const listed = await store.openEdxCourseRuns.list(slug);
    const runs = listed.filter(({ missingSince }) => missingSince === null).map(({ run }) => run);
    return { origin: public_url ?? base_url, runs };
  }
}

function registrationOf(document: LtiDocument): LaunchRegistration {
  const { slug, name, client } = document;
  const words = name ?? slug;
  return { slug, name: { 'es-MX': words, en: words }, client, linking: linkingOf(document) };
}

function linkingOf(document: LtiDocument): LinkingRule {
  const { linking, trusted_email_domains: domains, staff } = document;
  if (linking === 'trust-emails') return { kind: linking, domains, staff };
  if (linking !== 'match-identifier') return { kind: linking, staff };
  // The schema lets neither be; should it ever, nobody is tied by anything.
  if (!('issuer' in document) || document.identifier_namespace === null) return { kind: 'never', staff };
  const { identifier_namespace: namespace, identifier_custom_parameter: name } = document;
  return { kind: linking, namespace, from: name === null ? { kind: 'sourced-id' } : { kind: 'custom', name }, staff };
}
