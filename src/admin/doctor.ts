/**
 * Looks at a deployment from end to end and says what is well, what is not, and what to do about it.
 *
 * Goes on after a fault as far as it can, because the operator wants all of them at once. Writes nothing.
 */
import type { ProcessEnvironment, Settings } from '../config.ts';
import { createConfigurationStore } from '../configuration/revisions.ts';
import { createConfigurationSource } from '../configuration/snapshot.ts';
import type { Environment } from '../model.ts';
import type { OutboundBySnapshot } from '../outbound.ts';
import type { Finding } from '../providers/provider.ts';
import type { Vendor } from '../providers/vendor.ts';
import { createLtiInvitations } from '../store/lti-invitations.ts';
import { createOutgoingEvents } from '../store/outgoing-events.ts';
import { createOutgoingScores } from '../store/outgoing-scores.ts';
import { createServiceTokens } from '../store/service-tokens.ts';
import { createSigningKeys } from '../store/signing-keys.ts';
import { examineClients, examineKeys, examineProviders } from './doctor-configuration.ts';
import { examineEvents } from './doctor-events.ts';
import { examineCampuses, examineInvitations } from './doctor-lti.ts';
import { type CheckMailServer, examineMail } from './doctor-mail.ts';
import { examineProcess } from './doctor-process.ts';
import { examineScores } from './doctor-scores.ts';
import { examineStore, type OpenForLooking } from './doctor-store.ts';
import { examineTokens } from './doctor-tokens.ts';
import { good } from './finding.ts';
import { listKeys } from './keys.ts';

export interface DoctorSurroundings {
  readonly env: ProcessEnvironment;
  readonly environment: Environment;
  readonly vendors: readonly Vendor[];
  /** Calls to the outside as the configuration allows them. */
  readonly outbound: (settings: Settings) => OutboundBySnapshot;
  readonly checkMailServer: CheckMailServer;
}

/** Each finding that is not good says what to do. None holds a secret. */
export async function examine(surroundings: DoctorSurroundings): Promise<readonly Finding[]> {
  const { env, environment } = surroundings;
  const { findings, server, store } = examineProcess(env);
  if (store === null) return findings;
  const more = await examineStore(store, environment, (open) => examineConfiguration(open, server, surroundings));
  return [...findings, ...more];
}

async function examineConfiguration(
  { databases, vault }: OpenForLooking,
  server: Settings | null,
  { environment, vendors, outbound, checkMailServer }: DoctorSurroundings,
): Promise<Finding[]> {
  const problems: Finding[] = [];
  const source = createConfigurationSource({
    store: createConfigurationStore(databases.durable, vault),
    now: environment.now,
    everyMs: 0,
    report: ({ message }) => problems.push({ subject: 'configuration', verdict: 'bad', detail: message }),
  });
  const snapshot = await source.current();
  const now = environment.now();
  const stores = (['clients', 'lti'] as const).map((purpose) => createSigningKeys(databases.durable, vault, purpose));
  const keys = await listKeys(stores, now);
  const stored = [
    good('configuration', `revision ${snapshot.revision}`),
    ...problems,
    ...examineClients(snapshot, server?.mode === 'production'),
    ...examineKeys(keys, snapshot.keys.rotation_days, now),
    ...(await examineTokens({ serviceTokens: createServiceTokens(databases.durable, vault) }, environment)),
    ...examineInvitations(await createLtiInvitations(databases.durable, vault).list()),
    ...examineEvents(await createOutgoingEvents(databases.durable, vault).counts(), now),
    ...examineScores(await createOutgoingScores(databases.durable, vault).counts(), now),
  ];
  // Without a public address it is not known which address a provider would have to accept.
  if (server === null) return stored;
  const { for: outboundFor, close } = outbound(server);
  try {
    const world = { vendors, publicUrl: new URL(server.publicUrl) };
    const [mail, providers, campuses] = await Promise.all([
      examineMail(snapshot, server, checkMailServer),
      examineProviders(snapshot, world, outboundFor(snapshot), environment),
      examineCampuses(snapshot, outboundFor(snapshot), environment),
    ]);
    return [...stored, ...mail, ...providers, ...campuses];
  } finally {
    await close();
  }
}
