/**
 * What the doctor says of the process: its settings, its mode, its public address.
 */
import {
  type ProcessEnvironment,
  parseSettings,
  parseStoreSettings,
  type Settings,
  type StoreSettings,
} from '../config.ts';
import { ConfigurationError } from '../errors.ts';
import type { Finding } from '../providers/provider.ts';
import { good } from './finding.ts';

export interface ProcessExamination {
  readonly findings: readonly Finding[];
  /** Null when a setting has a fault: then no server starts either. */
  readonly server: Settings | null;
  /** Null when one of those that every command needs has a fault. */
  readonly store: StoreSettings | null;
}

export function examineProcess(env: ProcessEnvironment): ProcessExamination {
  try {
    const server = parseSettings(env);
    return {
      server,
      store: server,
      findings: [good('settings', 'all can be read'), mode(server), address(server), proxies(server)],
    };
  } catch (error) {
    if (!(error instanceof ConfigurationError)) throw error;
    const findings = error.faults.map((fault): Finding => ({ subject: 'settings', verdict: 'bad', detail: fault }));
    return { server: null, store: storeSettings(env), findings };
  }
}

function storeSettings(env: ProcessEnvironment): StoreSettings | null {
  try {
    return parseStoreSettings(env);
  } catch (error) {
    if (!(error instanceof ConfigurationError)) throw error;
    return null;
  }
}

function mode(settings: Settings): Finding {
  if (settings.mode === 'production') return good('mode', 'production');
  return { subject: 'mode', verdict: 'unsure', detail: `${settings.mode}: unset NODE_ENV where people sign in` };
}

function proxies({ publicUrl, trustedProxies }: Settings): Finding {
  const subject = 'proxies';
  if (trustedProxies.length > 0) return good(subject, `${trustedProxies.length} named`);
  if (!publicUrl.startsWith('https:')) return good(subject, 'none, and none is needed without https');
  // This server speaks no TLS itself, so somebody else ends it.
  const detail = 'none: name the one that ends TLS in LLAVERO_TRUSTED_PROXIES, or everybody counts as one client';
  return { subject, verdict: 'unsure', detail };
}

function address({ publicUrl, mode }: Settings): Finding {
  const subject = 'public address';
  if (publicUrl.startsWith('https:')) return good(subject, publicUrl);
  // Only this machine can reach it; whoever sets it in production forgot to say where people come in.
  return mode === 'production'
    ? { subject, verdict: 'bad', detail: `${publicUrl} is not https: set LLAVERO_PUBLIC_URL to the address people use` }
    : { subject, verdict: 'unsure', detail: `${publicUrl} reaches people on this machine only` };
}
