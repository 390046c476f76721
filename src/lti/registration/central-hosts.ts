/**
 * Platforms of which all customers have one issuer, and the hosts on which their vendors serve the configuration (lti.md §3.13, §4).
 *
 * Only hosts of the vendor alone. Whoever is not in here serves it on the issuer's own host, or is registered by hand: a Canvas
 * under a name of its university is such a one.
 */
interface Central {
  readonly hosts: readonly string[];
  /** `school` of `school.instructure.com`: one label before this. */
  readonly below: string | null;
}

const central: ReadonlyMap<string, Central> = new Map([
  ['https://canvas.instructure.com', { hosts: ['sso.canvaslms.com'], below: '.instructure.com' }],
  ['https://canvas.beta.instructure.com', { hosts: ['sso.beta.canvaslms.com'], below: '.beta.instructure.com' }],
  ['https://canvas.test.instructure.com', { hosts: ['sso.test.canvaslms.com'], below: '.test.instructure.com' }],
  ['https://blackboard.com', { hosts: ['developer.blackboard.com'], below: null }],
  ['https://schoology.schoology.com', { hosts: ['lti-service.svc.schoology.com'], below: null }],
]);

/** Whether what stands at this address may speak for the issuer (case 64). */
export function speaksFor(issuer: string, { host, protocol }: URL): boolean {
  const own = new URL(issuer);
  if (own.host === host && own.protocol === protocol) return true;
  const known = central.get(issuer);
  if (known === undefined || protocol !== 'https:') return false;
  return known.hosts.includes(host) || (known.below !== null && isOneBelow(host, known.below));
}

function isOneBelow(host: string, below: string): boolean {
  return host.endsWith(below) && /^[a-z0-9-]+$/.test(host.slice(0, -below.length));
}
