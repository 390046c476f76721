/**
 * `/logout`: ends the session, and loads the log-out addresses of the sites around it in hidden frames before it goes on.
 */

import { html } from 'hono/html';
import { redirect, withCookies } from './answers.ts';
import { setting } from './backends.ts';
import type { Handler } from './caller.ts';
import { formOf, type Incoming } from './incoming.ts';
import { page, plainPage } from './layout.ts';
import { safeTarget } from './redirects.ts';
import { endedCookies } from './sessions.ts';
import type { World } from './world.ts';

export const logOut: Handler = (request, world) => {
  const session = world.sessions.find(request);
  // Remembered before the session ends.
  const backend = session?.pipeline?.identity.backend ?? session?.loggedInBy ?? null;
  const record = backend === null ? null : world.providers.current(backend, request.host);
  const logoutUrl = record === null ? null : setting(record, 'logout_url');
  world.sessions.end(request);
  const cookies = endedCookies(request);
  // Instead of the frames: whoever stands there must send the browser back here.
  if (world.settings.TPA_AUTOMATIC_LOGOUT_ENABLED && typeof logoutUrl === 'string') return redirect(logoutUrl, cookies);
  return withCookies(framesPage(request, target(request, world), framed(request, world)), cookies);
};

/** This host, a host of the list, or exactly a redirect address of the application that is named. */
function target(request: Incoming, world: World): string {
  const data = new URLSearchParams([...request.parameters, ...(formOf(request) ?? [])]);
  const wanted = data.get('redirect_url') ?? data.get('next');
  const application = world.applications.get(data.get('client_id') ?? '');
  if (wanted !== null && application?.redirect_uris.split(' ').includes(wanted)) return wanted;
  return safeTarget(wanted, '/', request, world);
}

/** All but those of the site that the browser came from: it has ended its own session, the real one supposes. */
function framed(request: Incoming, world: World): readonly string[] {
  const referer = (request.headers.referer ?? '').replaceAll(/^\/+|\/+$/g, '');
  return world.settings.IDA_LOGOUT_URI_LIST.filter((uri) => referer === '' || !uri.startsWith(referer)).map((uri) => {
    const address = new URL(uri, request.origin);
    address.searchParams.set('no_redirect', '1');
    return address.href;
  });
}

function framesPage(request: Incoming, to: string, frames: readonly string[]): Response {
  return page(request, {
    ...plainPage,
    script: '/static/log-out.js',
    // A site in a frame may send it on to others.
    frames: ['http:', 'https:'],
    title: (t) => t.signingOutTitle,
    content: (t) => html`<p>${t.signingOut}</p>
<p><a class="button quiet" id="target" href="${to}" data-testid="lms-signed-out">${t.goOn}</a></p>
${frames.map((source) => html`<iframe title="${new URL(source).host}" src="${source}"></iframe>`)}`,
  });
}
