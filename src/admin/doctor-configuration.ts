/**
 * What the doctor says of what is configured: providers tried from outside, clients, signing keys.
 */
import type { ConfigurationSnapshot } from '../configuration/snapshot.ts';
import type { Outbound } from '../http.ts';
import type { Environment, Milliseconds } from '../model.ts';
import { rotationDueAt } from '../oidc/key-schedule.ts';
import { DAY } from '../oidc/keys.ts';
import type { Finding } from '../providers/provider.ts';
import { clockFindings, readingClocks } from './clocks.ts';
import { good } from './finding.ts';
import { type KeyView, rotationOf } from './keys.ts';
import { listProviders, type ProviderSurroundings, testProvider } from './providers.ts';

/** Age at which a signing key should be replaced: NIST SP 800-57 part 1 §5.3.6 lets one sign for one to three years. */
const OLD_KEY: Milliseconds = 365 * 24 * 60 * 60_000;

/** Tries each enabled provider; the addresses that are to be registered are among the findings. */
export async function examineProviders(
  snapshot: ConfigurationSnapshot,
  surroundings: ProviderSurroundings,
  outbound: Outbound,
  environment: Environment,
): Promise<Finding[]> {
  const views = listProviders(snapshot, surroundings);
  const clocks = new Map<string, number>();
  const context = { ...environment, outbound: readingClocks(outbound, environment, clocks) };
  const findings = await Promise.all(
    views.map(async (view): Promise<Finding[]> => {
      const subject = `provider ${view.slug}`;
      if (view.state === 'disabled') return [];
      if (view.state === 'unreadable') {
        return [{ subject, verdict: 'bad', detail: `off, its settings cannot be read: ${view.faults.join('; ')}` }];
      }
      const test = await testProvider(snapshot, view.slug, surroundings, context);
      return [
        good(
          subject,
          test.callbackUri === null ? 'a way of our own' : `register the address ${test.callbackUri} there`,
        ),
        ...test.findings.map((finding) => ({ ...finding, subject: `${subject}, ${finding.subject}` })),
      ];
    }),
  );
  if (!views.some(({ state }) => state === 'enabled')) {
    return [
      { subject: 'providers', verdict: 'bad', detail: 'none is enabled: nobody can sign in' },
      ...findings.flat(),
    ];
  }
  return [...findings.flat(), ...clockFindings(clocks)];
}

export function examineClients(snapshot: ConfigurationSnapshot, production: boolean): Finding[] {
  const clients = [...snapshot.clients.values()];
  if (clients.length === 0) {
    return [{ subject: 'clients', verdict: 'unsure', detail: 'none is configured: no app can send people here' }];
  }
  const insecure = clients.filter(({ redirect_uris }) => redirect_uris.some((uri) => uri.startsWith('http:')));
  if (!production || insecure.length === 0) return [good('clients', `${clients.length} configured`)];
  return insecure.map(({ client_id }) => ({
    subject: `client ${client_id}`,
    verdict: 'unsure',
    detail: 'has redirect addresses on http://localhost: take them off unless it is an app on the device of the person',
  }));
}

export function examineKeys(keys: readonly KeyView[], rotationDays: number, now: Milliseconds): Finding[] {
  const signing = keys.filter(({ state }) => state === 'signing');
  if (!signing.some(({ purpose }) => purpose === 'clients')) {
    return [{ subject: 'signing keys', verdict: 'unsure', detail: 'none yet: the first start makes them' }];
  }
  return signing.map((key) => {
    const subject = `signing key ${key.kid}${key.purpose === 'lti' ? ', for campus LMSs' : ''}`;
    const days = Math.floor((now - key.createdAt) / DAY);
    const due = rotationDueAt(key, rotationDays);
    if (due !== null && now >= due + DAY) {
      const detail = `${days} days old, and no process has rotated it: is one running, and does its log say \`sweep.failed\`?`;
      return { subject, verdict: 'bad', detail };
    }
    if (rotationDays > 0 || now - key.createdAt < OLD_KEY) return good(subject, `${days} days old`);
    return { subject, verdict: 'unsure', detail: `${days} days old: replace it with \`${rotationOf(key)}\`` };
  });
}
