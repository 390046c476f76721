/**
 * The provider records with their history, and the two traps of looking one up: the Site of a request, and a list that
 * is kept for ten minutes.
 */

import type { Milliseconds } from '../../src/model.ts';
import {
  type BackendName,
  type ProviderRecord,
  type ProviderRecordInput,
  providerRecordSchema,
  type Site,
} from './records.ts';
import type { LmsSettings } from './settings.ts';

const listLifetime: Milliseconds = 600_000;

export class ProviderRecords {
  readonly #now: () => Milliseconds;
  readonly #sites: readonly Site[];
  readonly #settings: LmsSettings;
  readonly #history: ProviderRecord[] = [];
  #listed: { readonly at: Milliseconds; readonly names: readonly BackendName[] } | null = null;

  constructor(now: () => Milliseconds, sites: readonly Site[], settings: LmsSettings) {
    this.#now = now;
    this.#sites = sites;
    this.#settings = settings;
  }

  /** Newer rows win; nothing is changed or deleted. The list of backends is not made anew by this, as in the real one. */
  save(input: ProviderRecordInput): void {
    this.#history.push(providerRecordSchema.parse(input));
  }

  clearCache(): void {
    this.#listed = null;
  }

  history(): readonly ProviderRecord[] {
    return this.#history;
  }

  /** The Site whose domain is the Host, with its port or without; else that of `SITE_ID`. */
  #siteOf(host: string): number {
    const named = this.#sites.find(({ domain }) => domain === host);
    const withoutPort = this.#sites.find(({ domain }) => domain === host.replace(/:\d+$/, ''));
    return (named ?? withoutPort)?.id ?? this.#settings.SITE_ID;
  }

  /** What a login reads its settings from. Null is what people know as "Can't fetch setting of a disabled backend/provider." */
  current(backend: BackendName, host: string): ProviderRecord | null {
    const site = this.#siteOf(host);
    const newest = this.#history.findLast(
      (record) => record.backend_name === backend && (record.site ?? this.#settings.SITE_ID) === site,
    );
    return newest?.enabled === true ? newest : null;
  }

  /** What buttons, hints and the flags of the pipeline are read from: up to ten minutes behind. */
  listed(host: string): readonly ProviderRecord[] {
    if (this.#listed === null || this.#now() - this.#listed.at >= listLifetime) {
      this.#listed = { at: this.#now(), names: [...new Set(this.#history.map((record) => record.backend_name))] };
    }
    return this.#listed.names.flatMap((name) => this.current(name, host) ?? []);
  }
}

/** As hints and the registration page name a provider. */
export function providerId(record: ProviderRecord): string {
  return `oa2-${record.backend_name}`;
}
