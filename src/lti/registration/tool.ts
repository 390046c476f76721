/**
 * What we are to a platform that we register at: addresses, messages, and the data of people that we ask for (lti.md §3.13 step 4).
 *
 * No more of a person is asked for than the linking rule works with, because most platforms share exactly what is asked for.
 */
import type { LinkingRule } from '../../configuration/lti-document.ts';
import type { JsonObject } from '../../model.ts';
import { KEY_SET } from '../key-set.ts';
import { LAUNCH_1_3, LOGIN_1_3 } from '../routes-1-3.ts';
import type { PlatformOffer } from './platform-offer.ts';

export const TOOL_CONFIGURATION = 'https://purl.imsglobal.org/spec/lti-tool-configuration';
export const ICON_1_3 = '/lti/1.3/icon.svg';

const everyName = ['name', 'given_name', 'family_name'] as const;

/** What is asked for besides who it is. */
export const claimsWanted: { readonly [rule in LinkingRule]: readonly string[] } = {
  // Nobody is let in whom an operator did not tie to an account, which has a name.
  never: [],
  'require-account': [...everyName, 'email'],
  // The address keeps somebody who is here already from becoming two.
  'create-on-first-launch': [...everyName, 'email'],
  'trust-emails': [...everyName, 'email'],
  'match-identifier': [...everyName, 'email', 'https://purl.imsglobal.org/spec/lti/claim/lis'],
};

const scopesWanted = [
  'https://purl.imsglobal.org/spec/lti-ags/scope/lineitem',
  'https://purl.imsglobal.org/spec/lti-ags/scope/result.readonly',
  'https://purl.imsglobal.org/spec/lti-ags/scope/score',
  'https://purl.imsglobal.org/spec/lti-nrps/scope/contextmembership.readonly',
] as const;

const messagesTaken = ['LtiResourceLinkRequest', 'LtiDeepLinkingRequest'] as const;

export interface Tool {
  readonly origin: string;
  /** What people read in the LMS. */
  readonly name: string;
  readonly linking: LinkingRule;
  /** Where launches may lead, of the client that they end in. */
  readonly targets: readonly string[];
}

/** What the person who registers is shown, and what is asked for. */
export function claimsAskedFor(linking: LinkingRule, { claims }: Pick<PlatformOffer, 'claims'>): readonly string[] {
  return claimsWanted[linking].filter((claim) => claims === null || claims.includes(claim));
}

export interface ToolAddresses {
  readonly initiate_login_uri: string;
  readonly redirect_uris: readonly string[];
  readonly jwks_uri: string;
}

export function toolAddresses(origin: string): ToolAddresses {
  return {
    initiate_login_uri: `${origin}${LOGIN_1_3}`,
    redirect_uris: [`${origin}${LAUNCH_1_3}`],
    jwks_uri: `${origin}${KEY_SET}`,
  };
}

export function toolRegistration({ origin, name, linking, targets }: Tool, offer: PlatformOffer): JsonObject {
  // Of our own address a launch asks for nothing, and so begins where the client begins.
  const target_link_uri = `${origin}${LAUNCH_1_3}`;
  const ownDomain = new URL(origin).host;
  const domains = new Set(targets.map((target) => new URL(target).host));
  const icon = `${origin}${ICON_1_3}`;
  const offered = <Name extends string>(wanted: readonly Name[], supported: readonly string[] | null) =>
    wanted.filter((one) => supported === null || supported.includes(one));
  return {
    application_type: 'web',
    response_types: ['id_token'],
    grant_types: ['implicit', 'client_credentials'],
    ...toolAddresses(origin),
    client_name: name,
    logo_uri: icon,
    token_endpoint_auth_method: 'private_key_jwt',
    scope: offered(scopesWanted, offer.scopes).join(' '),
    [TOOL_CONFIGURATION]: {
      domain: ownDomain,
      secondary_domains: [...domains].filter((domain) => domain !== ownDomain),
      target_link_uri,
      custom_parameters: {},
      claims: ['iss', 'sub', ...claimsAskedFor(linking, offer)],
      messages: offered(messagesTaken, offer.messages).map((type) => ({
        ...{ type, target_link_uri, label: name, icon_uri: icon },
      })),
    },
  };
}
