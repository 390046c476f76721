/**
 * What an app knows a campus by: the claim `deployment_id` (LTI 1.3 §5.3), within which ids of courses and links are unique.
 *
 * Without it a teacher of campus B gets the course of campus A that has the same id (lti.md §5.2 chain 7, case 84).
 */
import type { LaunchFacts } from './verified-launch.ts';

/** The slug of the registration, and in 1.3 the platform's own id, kept apart by what neither can hold. */
export function deploymentOf({
  registration,
  deploymentId,
}: Pick<LaunchFacts, 'registration' | 'deploymentId'>): string {
  return deploymentId === null ? registration : `${registration}:${encodeURIComponent(deploymentId)}`;
}

/** The opposite. Null for what no such claim of LTI 1.3 can be. */
export function deploymentNamed(
  claim: string,
): { readonly registration: string; readonly deploymentId: string } | null {
  const [, registration, encoded] = /^([^:]+):([^:]+)$/.exec(claim) ?? [];
  if (registration === undefined || encoded === undefined) return null;
  try {
    return { registration, deploymentId: decodeURIComponent(encoded) };
  } catch {
    return null;
  }
}
