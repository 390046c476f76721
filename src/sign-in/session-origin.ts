/**
 * What a session remembers of where it began, so that people can tell their own sessions from a stranger's.
 *
 * Nothing is decided by it. No address is stored: the hash holds the session as well, so that two sessions of one place have
 * nothing in common for whoever reads the database.
 */
import { equalSecrets, type Vault } from '../crypto.ts';
import { readDevice } from '../i18n/device.ts';
import type { Requester } from '../model.ts';
import type { ListedSession, SessionOrigin } from '../store/sessions.ts';
import { UNKNOWN_CLIENT } from '../web/client-address.ts';

export function originOf(vault: Vault, idHash: string, { userAgent, addressKey }: Requester): SessionOrigin {
  return {
    device: readDevice(userAgent),
    networkHash: addressKey === UNKNOWN_CLIENT ? null : networkHash(vault, idHash, addressKey),
  };
}

/** Null where one of the two is not known. */
export function isSameNetwork(vault: Vault, session: ListedSession, addressKey: string): boolean | null {
  if (session.networkHash === null || addressKey === UNKNOWN_CLIENT) return null;
  return equalSecrets(session.networkHash, networkHash(vault, session.idHash, addressKey));
}

function networkHash(vault: Vault, idHash: string, addressKey: string): string {
  return vault.tokenHash('network of a session', JSON.stringify([idHash, addressKey]));
}
