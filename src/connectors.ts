/**
 * The connectors of this deployment: one for each LMS of the configuration, over its store and its way out. For the command line and
 * for programs that embed the broker.
 *
 * Its part of oidc-provider only stores codes and tokens, for the server to redeem: it answers no request. Calls have more time
 * than a provider gets, because an LMS asks our user info while it answers.
 */
import { setTimeout as delay } from 'node:timers/promises';
import { ConfigurationError } from './errors.ts';
import { createOutbound } from './http.ts';
import type { Milliseconds } from './model.ts';
import { dateKeys, keySet, loadSigningKeys } from './oidc/keys.ts';
import { createOidcProvider } from './oidc/provider.ts';
import { createSubjects } from './oidc/subjects.ts';
import { type Connector, createConnector } from './open-edx/connector.ts';
import { lmsOf } from './open-edx/lms.ts';
import type { OpenStore, World } from './open-store.ts';
import { noBrowser } from './sign-in/session.ts';
import { createCookies } from './web/cookies.ts';

export interface Connectors {
  /** Null: the only one. @throws ConfigurationError when there is no such LMS, or it is not clear which is meant */
  open(slug: string | null): Promise<Connector>;
  close(): Promise<void>;
}

const TIMEOUT: Milliseconds = 30_000;
const MOST_BYTES = 8 * 1024 * 1024;

export type ConnectorCalls = Pick<ReturnType<typeof createOutbound>, 'outbound' | 'visit'>;

export interface ConnectorSurroundings extends World {
  readonly publicUrl: URL;
  /** In place of the real ones: for tests, and for who has a way out of their own. */
  readonly calls: ConnectorCalls | null;
  /** In place of a timer. */
  readonly delay: ((milliseconds: number) => Promise<void>) | null;
}

export function openConnectors(open: OpenStore, surroundings: ConnectorSurroundings): Connectors {
  const { publicUrl, environment, log } = surroundings;
  const { store, vault, configuration } = open;
  const findClient = async (clientId: string) => (await configuration.current()).clients.get(clientId) ?? null;
  const closings: (() => Promise<void>)[] = [];

  async function wayOut(): Promise<ConnectorCalls> {
    if (surroundings.calls !== null) return surroundings.calls;
    const { allow_private: allowPrivate } = (await configuration.current()).outbound;
    const allowInsecure = publicUrl.protocol === 'http:' ? allowPrivate : [];
    const calls = createOutbound({ timeoutMs: TIMEOUT, maxBytes: MOST_BYTES, allowPrivate, allowInsecure });
    closings.push(calls.close);
    return calls;
  }

  return {
    async open(slug) {
      const { openEdx } = await configuration.current();
      const [only, ...others] = slug === null ? openEdx.values() : [openEdx.get(slug)];
      if (only === undefined) {
        throw new ConfigurationError([
          slug === null ? 'no LMS is configured: llavero openedx configure' : `there is no LMS ${slug}`,
        ]);
      }
      if (others.length > 0) throw new ConfigurationError([`say which LMS: ${[...openEdx.keys()].join(', ')}`]);
      const lms = lmsOf(only);
      const { outbound, visit } = await wayOut();
      const provider = createOidcProvider(
        {
          ...{ publicUrl, environment, store, vault, log, findClient, cookies: createCookies(publicUrl) },
          subjects: createSubjects({ store, vault, environment, findClient }),
          sessions: noBrowser,
          admits: async () => false,
          renderError: async () => {},
        },
        keySet(dateKeys(await loadSigningKeys(store.signingKeys, environment), environment.now())),
      );
      return createConnector({
        ...{ lms, environment, log, store, publicUrl, findClient, outbound, visit },
        oidc: async () => provider,
        delay: surroundings.delay ?? ((milliseconds) => delay(milliseconds)),
      });
    },
    async close() {
      await Promise.all(closings.map((close) => close()));
    },
  };
}
