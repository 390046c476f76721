/**
 * The practice providers of the demo: one strict stand-in for each provider of llavero.yaml, all on one origin; with
 * them the mailbox in which the broker's mails arrive.
 *
 * To add one, mount its stand-in here and name it in llavero.yaml.
 */
import { Hono } from 'hono';
import {
  createLlaveMxSimulator,
  createOAuth1Simulator,
  createOAuth2Simulator,
  createOidcSimulator,
  type Mailbox,
} from '../../simulators/index.ts';
import type { Environment } from '../../src/model.ts';

/** As registered at each practice provider that wants a secret. */
const CLIENT_ID = 'llavero';

export interface PracticeOptions {
  readonly environment: Environment;
  /** Where the practice providers are. */
  readonly origin: string;
  /** Where the broker is: callbacks lead there and nowhere else. */
  readonly broker: string;
  readonly clientSecret: string;
  readonly mailbox: Mailbox;
}

/** By slug: the kind of product, and the path under which it is mounted. */
const openidProviders = [
  { slug: 'google', flavour: 'google', prefix: '/google' },
  { slug: 'linkedin', flavour: 'linkedin', prefix: '/linkedin' },
  { slug: 'mit', flavour: 'keycloak', prefix: '/mit' },
  { slug: 'universidad', flavour: 'plain', prefix: '/universidad' },
] as const;

const oauth2Providers = [
  { slug: 'wordpress', flavour: 'wordpress', prefix: '/wordpress' },
  { slug: 'facebook', flavour: 'facebook', prefix: '/facebook' },
  { slug: 'x', flavour: 'x', prefix: '/x' },
  { slug: 'campus', flavour: 'plain', prefix: '/campus' },
] as const;

const oauth1Providers = [
  { slug: 'x-oauth1', flavour: 'x', prefix: '/x-oauth1' },
  { slug: 'khan-academy', flavour: 'khan', prefix: '/khan' },
  { slug: 'biblioteca', flavour: 'plain', prefix: '/biblioteca' },
] as const;

export function createPracticeProviders(options: PracticeOptions): Hono {
  const { environment, origin, broker, clientSecret, mailbox } = options;
  const callback = (slug: string) => `${broker}/callback/${slug}`;
  const clients = (slug: string) => [
    {
      kind: 'confidential' as const,
      clientId: CLIENT_ID,
      clientSecret,
      name: 'Llavero',
      redirectUris: [callback(slug)],
    },
  ];
  const app = new Hono();
  for (const { slug, ...product } of openidProviders) {
    const simulator = { environment, origin, ...product, controls: true, clients: clients(slug) };
    app.route('/', createOidcSimulator(simulator).app);
  }
  for (const { slug, ...product } of oauth2Providers) {
    app.route('/', createOAuth2Simulator({ environment, ...product, controls: true, clients: clients(slug) }).app);
  }
  for (const { slug, ...product } of oauth1Providers) {
    const consumer = {
      consumerKey: CLIENT_ID,
      name: 'Llavero',
      callbacks: [callback(slug)],
      signing: { method: 'HMAC-SHA1', secret: clientSecret },
    } as const;
    app.route('/', createOAuth1Simulator({ environment, origin, ...product, clients: [consumer] }).app);
  }
  const native = {
    mode: 'apps',
    clientId: '202508101834311980',
    name: 'Llavero',
    redirectUris: [callback('llave-mx')],
  } as const;
  app.route('/', createLlaveMxSimulator({ environment, applications: [native], controls: true }).app);
  app.route('/', mailbox.app);
  return app;
}
