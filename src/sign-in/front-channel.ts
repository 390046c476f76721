/**
 * What is left to the browser once a session has ended: which apps it opens in frames (OpenID Connect Front-Channel Logout 1.0),
 * and whom the person must be warned of.
 *
 * A client is opened because it was in the session that ended, never because a request names it.
 */
import type { Log } from '../events/log.ts';
import type { Locale } from '../model.ts';
import { parseHref } from '../pages/href.ts';
import type { SigningOutProps, ToldApp } from '../pages/signing-out.ts';
import type { NotedClient } from '../store/session-clients.ts';
import type { PageNeeds } from '../web/middleware.ts';
import { noNeeds } from '../web/middleware.ts';
import type { SignedOut } from './session.ts';

/** Each is a page of an app in the browser of an old phone. Hardly anybody uses as many apps in one session. */
export const MOST_FRAMES = 20;

/** A client, as far as its log-out goes; members named as in its document. */
export interface LoggedOutClient {
  readonly client_name: string;
  readonly backchannel_logout_uri: string | null;
  readonly frontchannel_logout_uri: string | null;
  readonly frontchannel_logout_session_required: boolean;
}

export interface FrontChannelDependencies {
  readonly issuer: string;
  readonly log: Log;
  readonly findClient: (clientId: string) => Promise<LoggedOutClient | null>;
  readonly providerName: (slug: string, locale: Locale) => Promise<string | null>;
}

/** What the page is made of, and what it needs of the browser. */
export interface LeftToBrowser extends Omit<SigningOutProps, 'next'> {
  readonly needs: PageNeeds;
}

/** Null where nothing is left: the browser may go on at once. */
export type FrontChannel = (signedOut: SignedOut, locale: Locale) => Promise<LeftToBrowser | null>;

interface FramedClient extends ToldApp {
  /** Its server is told as well. */
  readonly toldAnyway: boolean;
}

export function createFrontChannel({ issuer, log, findClient, providerName }: FrontChannelDependencies): FrontChannel {
  async function framed({ clientId, sid }: NotedClient): Promise<readonly FramedClient[]> {
    const client = await findClient(clientId);
    const src = client === null ? null : addressOf(client, { iss: issuer, sid });
    if (client === null || src === null) return [];
    return [{ name: client.client_name, src, toldAnyway: client.backchannel_logout_uri !== null }];
  }

  return async ({ clients, unconfirmedProvider }, locale) => {
    const found = (await Promise.all(clients.map(framed))).flat();
    // One that knows no sessions is called once, in however many it was.
    const different = [...new Map(found.map((app) => [app.src, app])).values()];
    // Where there are too many, those go first that nobody else tells.
    const inOrder = different.toSorted((one, other) => Number(one.toldAnyway) - Number(other.toldAnyway));
    const [apps, tooMany] = [inOrder.slice(0, MOST_FRAMES), inOrder.slice(MOST_FRAMES)];
    if (tooMany.length > 0) log.warn({ event: 'front_channel.too_many_apps', count: different.length });
    const missed = tooMany.filter(({ toldAnyway }) => !toldAnyway).map(({ name }) => name);
    const provider =
      unconfirmedProvider === null ? [] : [(await providerName(unconfirmedProvider, locale)) ?? unconfirmedProvider];
    const unconfirmed = [...provider, ...missed];
    if (apps.length === 0 && unconfirmed.length === 0) return null;
    const frameSources = [...new Set(apps.map(({ src }) => new URL(src).origin))];
    return { apps, unconfirmed, needs: { ...noNeeds, ownScript: apps.length > 0, frameSources } };
  };
}

/** Front-Channel Logout §3: what the address holds already is kept as it is written. */
function addressOf(client: LoggedOutClient, said: { readonly iss: string; readonly sid: string }) {
  const { frontchannel_logout_uri: uri, frontchannel_logout_session_required: wantsSession } = client;
  if (uri === null) return null;
  return parseHref(wantsSession ? `${uri}${uri.includes('?') ? '&' : '?'}${new URLSearchParams({ ...said })}` : uri);
}
