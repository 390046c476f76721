/**
 * What the documents of all campus LMSs together must keep, so that a launch can belong to one of them only.
 *
 * Judged over everything that will be configured, not over a file: without `--prune` the other one may stand outside it.
 */
import type { ConfigurationEntry } from './documents.ts';

/** In words for operators; no secret among them. */
export function ltiFaults(entries: readonly ConfigurationEntry[]): string[] {
  const registrations = entries.filter(({ kind }) => kind === 'lti_consumer' || kind === 'lti_platform');
  const clients = new Set(entries.filter(({ kind }) => kind === 'client').map(({ name }) => name));
  const taken = new Map<string, string>();
  return registrations.flatMap(({ kind, name, document }) => {
    const who = `${kind} ${name}`;
    const { client } = document;
    const missing =
      typeof client === 'string' && !clients.has(client) ? [`${who}: client ${client} is not among the clients`] : [];
    const claims = [
      // Identities are kept under the slug, whichever the version.
      ['slug', JSON.stringify([name])],
      // lti.md §1.4, §3.2: what a launch is looked up by must name one, or the first of two would be chosen silently.
      kind === 'lti_consumer'
        ? ['oauth_consumer_key', JSON.stringify([document.oauth_consumer_key])]
        : ['issuer and client_id', JSON.stringify([document.issuer, document.client_id])],
    ];
    const clashes = claims.flatMap(([what, value]) => {
      const key = `${what} ${value}`;
      const other = taken.get(key);
      taken.set(key, other ?? who);
      return other === undefined ? [] : [`${who}: its ${what} is taken by ${other}`];
    });
    return [...missing, ...clashes];
  });
}
