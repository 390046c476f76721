/**
 * oidc-provider's storage on our store.
 *
 * The library leaves single use to its storage: its `consume` must be a compare-and-set that refuses the loser, or
 * parallel redemptions of one code all succeed (RFC 6749 §4.1.2; security cases, P-07). Clients are not
 * stored here: they come from the configuration.
 */
import { type Adapter, type AdapterFactory, type AdapterPayload, errors } from 'oidc-provider';
import type { Vault } from '../crypto.ts';
import type { Environment, JsonObject } from '../model.ts';
import type { OidcRecord, OidcRecords } from '../store/oidc-records.ts';
import { REFRESH_TOKEN, refreshTokenAdapter } from './refresh-tokens.ts';

/** The library's name for an authorization request in progress. */
export const INTERACTION = 'Interaction';

/** Records to which the library gives no life of their own. */
const DEFAULT_LIFE_SECONDS = 12 * 60 * 60;

export function createAdapterFactory(
  records: OidcRecords,
  findClient: (clientId: string) => Promise<AdapterPayload | undefined>,
  tools: { readonly environment: Environment; readonly vault: Pick<Vault, 'derive'> },
): AdapterFactory {
  return (model) => {
    if (model === 'Client') return clientAdapter(findClient);
    const adapter = recordAdapter(model, records, tools.environment);
    return model === REFRESH_TOKEN ? { ...adapter, ...refreshTokenAdapter(records, payloadOf, tools) } : adapter;
  };
}

const payloadOf = ({ payload, consumedAt }: OidcRecord): AdapterPayload => ({
  ...payload,
  ...(consumedAt === null ? {} : { consumed: Math.floor(consumedAt / 1000) }),
});

function recordAdapter(model: string, records: OidcRecords, environment: Environment): Adapter {
  const read = (record: OidcRecord | null): AdapterPayload | undefined =>
    record === null || (model === INTERACTION && record.consumedAt !== null) ? undefined : payloadOf(record);

  return {
    upsert: (id, payload, expiresIn) =>
      records.save(model, id, {
        payload: payload as JsonObject,
        uid: payload.uid ?? null,
        grantId: payload.grantId ?? null,
        accountId: payload.accountId ?? null,
        expiresAt: environment.now() + (expiresIn ?? DEFAULT_LIFE_SECONDS) * 1000,
      }),
    find: async (id) => read(await records.find(model, id, environment.now())),
    findByUid: async (uid) => read(await records.findByUid(model, uid, environment.now())),
    // User codes belong to the device flow, which is not offered.
    findByUserCode: async () => undefined,
    async consume(id) {
      if (!(await records.consume(model, id, environment.now()))) {
        throw new errors.InvalidGrant('it was redeemed by somebody else at the same moment');
      }
    },
    // An interaction that has ended is gone for the library. What was asked is kept until it expires, so that somebody
    // who pressed twice can be answered again (C-04).
    destroy: async (id) => {
      if (model === INTERACTION) await records.consume(model, id, environment.now());
      else await records.delete(model, id);
    },
    revokeByGrantId: (grantId) => records.deleteOfGrant(model, grantId),
  };
}

function clientAdapter(find: (clientId: string) => Promise<AdapterPayload | undefined>): Adapter {
  const never = () => Promise.reject(new Error('clients are changed through the configuration only'));
  return {
    find,
    upsert: never,
    findByUid: async () => undefined,
    findByUserCode: async () => undefined,
    consume: never,
    destroy: never,
    revokeByGrantId: never,
  };
}
