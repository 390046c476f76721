/**
 * What the people of a campus enter at their LMS, in the words of the specifications (lti.md §3.1).
 */
import type { ClientDocument } from '../configuration/client-document.ts';
import type { LtiView } from './lti.ts';

export type CampusFields = { readonly [field: string]: string | readonly string[] };

export function fieldsForCampus(
  { version, document }: Pick<LtiView, 'version' | 'document'>,
  client: Pick<ClientDocument, 'lti_targets'> | null,
  { origin }: URL,
): CampusFields {
  const targets = client?.lti_targets ?? [];
  if (version === '1.1') {
    return {
      launch_url: `${origin}/lti/1.1/launch`,
      consumer_key: String(document.oauth_consumer_key),
      // LTI 1.1 has no member of its own for where a link leads.
      custom_parameters: targets.map((target) => `target_link_uri=${target}…`),
    };
  }
  return {
    initiate_login_uri: `${origin}/lti/1.3/login`,
    redirect_uris: [`${origin}/lti/1.3/launch`],
    jwks_uri: `${origin}/lti/1.3/jwks`,
    target_link_uri: [`${origin}/lti/1.3/launch`, ...targets.map((target) => `${target}…`)],
    deep_linking_target_link_uri: `${origin}/lti/1.3/launch`,
    custom_parameters: [],
  };
}
