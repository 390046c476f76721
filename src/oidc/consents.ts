/**
 * What people agreed that a client may have, until they take it back or a year has passed since they were last asked.
 *
 * A grant ends with its session, or when its client takes back its tokens; what the person said does not. Whoever asks for more is
 * asked about again. Forgotten with the account's other records here, such as after a merge: then they are asked once more.
 */
import type { Environment, JsonObject, Milliseconds } from '../model.ts';
import type { OidcRecords } from '../store/oidc-records.ts';

/** Beside the library's models. */
const CONSENT = 'Consent';
const CONSENT_LIFE: Milliseconds = 365 * 24 * 60 * 60_000;

export interface Consent {
  readonly scopes: readonly string[];
  /** By name, where the client asked for claims one by one. */
  readonly claims: readonly string[];
}

export interface RememberedConsent extends Consent {
  readonly clientId: string;
}

export interface Consents {
  /** Empty where the person agreed to nothing. */
  find(userId: string, clientId: string): Promise<Consent>;
  /** Adds to what was agreed to before. */
  remember(userId: string, clientId: string, agreed: Consent): Promise<void>;
  forget(userId: string, clientId: string): Promise<void>;
  ofUser(userId: string): Promise<RememberedConsent[]>;
}

export function createConsents(records: OidcRecords, environment: Pick<Environment, 'now'>): Consents {
  // A space stands in no client id.
  const id = (userId: string, clientId: string) => `${clientId} ${userId}`;
  const find: Consents['find'] = async (userId, clientId) => {
    const record = await records.find(CONSENT, id(userId, clientId), environment.now());
    return record === null ? { scopes: [], claims: [] } : read(record.payload);
  };
  return {
    find,
    async remember(userId, clientId, agreed) {
      const before = await find(userId, clientId);
      const both = (what: keyof Consent) => [...new Set([...before[what], ...agreed[what]])];
      await records.save(CONSENT, id(userId, clientId), {
        payload: { clientId, scopes: both('scopes'), claims: both('claims') },
        uid: null,
        grantId: null,
        accountId: userId,
        expiresAt: environment.now() + CONSENT_LIFE,
      });
    },
    forget: (userId, clientId) => records.delete(CONSENT, id(userId, clientId)),
    ofUser: async (userId) => (await records.ofAccount(CONSENT, userId, environment.now())).map(read),
  };
}

function read({ clientId, scopes, claims }: JsonObject): RememberedConsent {
  const words = (value: unknown) => (Array.isArray(value) ? value.map(String) : []);
  return { clientId: String(clientId), scopes: words(scopes), claims: words(claims) };
}
