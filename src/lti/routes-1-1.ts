/**
 * `POST /lti/1.1/launch`: from a form that an LMS had a browser send to a launch that is checked.
 *
 * The address that was signed is ours as it is configured, with the query as it was sent: behind a proxy neither scheme nor host
 * of a request is what the LMS signed, and a host that a request names is anybody's word (lti.md §2.4).
 */
import type { LtiConsumerDocument } from '../configuration/lti-document.ts';
import { SignInError } from '../errors.ts';
import type { WebApp, WebContext } from '../web/context.ts';
import { readFormText } from '../web/middleware.ts';
import type { LtiDependencies } from './dependencies.ts';
import { verifyLaunch11 } from './launch-1-1.ts';

export const LAUNCH_1_1 = '/lti/1.1/launch';

/** Twice the largest form of our own: an LMS sends descriptions of courses too. */
export const LAUNCH_LIMIT_BYTES = 128 * 1024;

export function mountLaunch11(app: WebApp, dependencies: LtiDependencies): void {
  const { publicUrl, environment, store, limits, registrations, receiveLaunch } = dependencies;

  app.post(LAUNCH_1_1, async (c) => {
    c.set('wayOn', { startAgainHref: null, client: null });
    if (!limits.admits('signInsPerClientAddress', c.var.clientAddressKey)) {
      throw new SignInError('too_many_requests', 'launches of one client address');
    }
    const received = {
      url: signedAddress(c, publicUrl),
      authorization: c.req.header('Authorization') ?? null,
      form: await launchForm(c),
    };
    const launch = await verifyLaunch11(received, {
      environment,
      nonces: store.ltiNonces,
      async findConsumer(key) {
        const consumer = consumerOf(key, (await registrations()).ltiConsumers.values());
        // A refusal from here on is shown where the launch was: in the LMS's frame.
        if (consumer !== null) c.set('frameAncestors', consumer.frame_origins);
        return consumer;
      },
    });
    return receiveLaunch(c, launch, null);
  });
}

export function consumerOf(key: string, consumers: Iterable<LtiConsumerDocument>): LtiConsumerDocument | null {
  const [consumer, ...others] = [...consumers].filter(({ oauth_consumer_key }) => oauth_consumer_key === key);
  return others.length === 0 ? (consumer ?? null) : null;
}

/** The body of a form that an LMS sent. @throws SignInError lti_launch_malformed, request_too_large */
export async function launchForm(c: WebContext): Promise<string> {
  try {
    return await readFormText(c.req.raw, LAUNCH_LIMIT_BYTES);
  } catch (error) {
    if (error instanceof SignInError && error.code === 'bad_request') {
      throw new SignInError('lti_launch_malformed', error.detail);
    }
    throw error;
  }
}

function signedAddress(c: WebContext, publicUrl: URL): URL {
  const target = c.env.incoming.url ?? '';
  const query = target.includes('?') ? target.slice(target.indexOf('?')) : '';
  return new URL(`${publicUrl.origin}${LAUNCH_1_1}${query}`);
}
