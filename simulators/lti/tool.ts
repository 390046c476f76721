/**
 * The tools that are installed on the campus.
 *
 * One entry is one deployment. Entries may share a client id, as installations of one application at many places do (lti.md §3.1).
 */

interface Installed {
  /** Lower-case letters, digits and hyphens: what links name. */
  readonly slug: string;
  /** Shown on the campus. */
  readonly name: string;
  /** Where launches lead unless a link says otherwise: `target_link_uri`, or in 1.1 the address that is posted to. */
  readonly launchAddress: string;
}

export interface Tool13 extends Installed {
  readonly version: '1.3';
  readonly clientId: string;
  readonly deploymentId: string;
  /** `initiate_login_uri` */
  readonly loginAddress: string;
  /** Compared exactly. */
  readonly redirectUris: readonly string[];
  /** Where its keys are: asked each time, as the campus must notice that they were changed. */
  readonly keySetAddress: string;
  /** What its service tokens may be for. */
  readonly scopes: readonly string[];
  /** The credentials that it had here in 1.1, for the migration claim (lti.md §3.15); null sends none. */
  readonly legacy: { readonly consumerKey: string; readonly secret: string } | null;
}

export interface Tool11 extends Installed {
  readonly version: '1.1';
  readonly consumerKey: string;
  readonly secret: string;
  readonly signatureMethod: 'HMAC-SHA1' | 'HMAC-SHA256';
}

export type Tool = Tool13 | Tool11;

const ags = 'https://purl.imsglobal.org/spec/lti-ags/scope';

export const scopes = {
  lineItem: `${ags}/lineitem`,
  lineItemReadOnly: `${ags}/lineitem.readonly`,
  resultReadOnly: `${ags}/result.readonly`,
  score: `${ags}/score`,
  memberships: 'https://purl.imsglobal.org/spec/lti-nrps/scope/contextmembership.readonly',
} as const;

export const allScopes: readonly string[] = Object.values(scopes);
