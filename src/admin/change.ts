/**
 * Changing the configuration beside others who change it too.
 *
 * A plan belongs to the revision that it was made from (O-08). When another process saved first, the plan is made again
 * from what that one left; it must never be forced through.
 */
import { applyChanges, type Plan } from '../configuration/plan.ts';
import type { Authorship, ConfigurationStore, StoredConfiguration } from '../configuration/revisions.ts';
import type { Step } from '../store/database.ts';
import { AdminRefusal } from './refusal.ts';

/** Three losses in a row are not bad luck: somebody else is at work, and the operator should know. */
const ATTEMPTS = 3;

export interface Change {
  readonly plan: Plan;
  /** The revision that the configuration has now. */
  readonly revision: number;
}

/**
 * Loads, plans and saves, in one transaction with `also`; plans again when another process was faster, at most three times.
 * @throws AdminRefusal `conflict`, what `plan` throws, DatabaseUnavailable
 */
export async function changeConfiguration(
  store: ConfigurationStore,
  plan: (current: StoredConfiguration) => Plan,
  authorship: Authorship,
  also: readonly Step[] = [],
): Promise<Change> {
  for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
    const planned = plan(await store.loadAll());
    const result = await applyChanges(store, planned, authorship, also);
    if (result.applied) return { plan: planned, revision: result.revision };
  }
  throw new AdminRefusal('conflict', 'others are changing the configuration: nothing was written, try again');
}
