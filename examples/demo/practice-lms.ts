/**
 * The practice LMS of the demo: an Open edX with the stock OpenID Connect backend, which lets people sign in by the broker.
 *
 * Its accounts are in memory, and gone with the process; the broker remembers people for longer.
 */
import type { Hono } from 'hono';
import { createOpenEdxSimulator } from '../../simulators/index.ts';
import type { Environment } from '../../src/model.ts';

export interface PracticeLmsOptions {
  readonly environment: Environment;
  /** Where the LMS is. */
  readonly origin: string;
  /** Where the broker is: the issuer. */
  readonly broker: string;
  readonly clientSecret: string;
}

export function createPracticeLms({ environment, origin, broker, clientSecret }: PracticeLmsOptions): Hono {
  const { app } = createOpenEdxSimulator({
    environment,
    origin,
    controls: true,
    settings: { LOGIN_REDIRECT_WHITELIST: [new URL(broker).host] },
    providers: [
      {
        backend_name: 'oidc',
        enabled: true,
        visible: true,
        name: 'Llavero',
        slug: 'llavero',
        // Accounts are made by the registration page itself, and are active without a mail where the address is the broker's.
        skip_registration_form: true,
        skip_email_verification: true,
        key: 'lms',
        secret: clientSecret,
        other_settings: { OIDC_ENDPOINT: broker },
      },
    ],
  });
  return app;
}
