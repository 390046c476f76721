/**
 * A whole sign-in by each kind of provider: where it leads, and what a person does there.
 *
 * Ways with a page elsewhere are answered by the practice provider, one person after the other. Ways with forms of ours are
 * filled in here, as the same generated people would.
 */
import type { Child } from './child.ts';
import type { Connection } from './connection.ts';
import { type Arrived, BROKER_ORIGIN, type Desk, type Journey, PROVIDER, registration } from './journeys.ts';
import { RelyingParty } from './relying-party.ts';
import { VirtualBrowser } from './virtual-browser.ts';

export const KINDS = ['OAuth 2', 'OpenID Connect', 'OAuth 1.0a', 'e-mail', 'password', 'guest'] as const;
export type Kind = (typeof KINDS)[number];

/** The names of the providers in the configuration. */
export const slugs: { readonly [kind in Kind]: string } = {
  'OAuth 2': PROVIDER,
  'OpenID Connect': 'openid',
  'OAuth 1.0a': 'oauth1',
  'e-mail': 'email',
  password: 'password',
  guest: 'guest',
};

const PASSWORD = 'mar nube fuego piedra sal';

/** Fills in the forms of a way, from its first page to the address that the last one leads to. */
type Fill = (browser: VirtualBrowser, page: string, address: string, code: () => Promise<string>) => Promise<string>;

const send = (browser: VirtualBrowser, page: string, fields: { readonly [name: string]: string }) =>
  browser.submit(BROKER_ORIGIN, page, fields);

const proveMailbox: Fill = async (browser, page, address, code) => {
  const asked = await browser.open(await send(browser, page, { email: address }));
  return send(browser, asked, { code: await code() });
};

/** What new people do, and what they do when they come back; null where nobody does. */
const fillings: { readonly [kind in Kind]: { readonly new: Fill; readonly returning: Fill | null } | 'elsewhere' } = {
  'OAuth 2': 'elsewhere',
  'OpenID Connect': 'elsewhere',
  'OAuth 1.0a': 'elsewhere',
  'e-mail': { new: proveMailbox, returning: proveMailbox },
  password: {
    async new(browser, page, address, code) {
      const asks = await browser.open(await send(browser, page, { action: 'forgot' }));
      const choose = await browser.open(await proveMailbox(browser, asks, address, code));
      return send(browser, choose, { password: PASSWORD });
    },
    returning: (browser, page, address) => send(browser, page, { email: address, password: PASSWORD }),
  },
  guest: { new: (browser, page) => send(browser, page, {}), returning: null },
};

export interface Journeys {
  readonly new: Journey;
  readonly returning: Journey | null;
}

/** Reads the published keys once, as clients do. */
export async function journeysOf(broker: Connection, server: Child): Promise<{ readonly [kind in Kind]: Journeys }> {
  const { status, body } = await broker.request('GET', '/oauth2/jwks', '', '');
  if (status !== 200) throw new Error(`the keys were answered ${status}`);
  const client = new RelyingParty(registration, JSON.parse(body));
  const { redirectUri } = registration;

  async function signIn(
    desk: Desk,
    kind: Kind,
    onward: (browser: VirtualBrowser, begin: string) => Promise<string>,
  ): Promise<Arrived> {
    const attempt = client.begin(slugs[kind]);
    const browser = new VirtualBrowser(desk.connections);
    const callback = await browser.follow(await onward(browser, attempt.address), redirectUri);
    return client.finish(attempt, callback, desk.broker);
  }

  const elsewhere =
    (kind: Kind): Journey =>
    (desk) =>
      signIn(desk, kind, async (_browser, begin) => begin);
  const byForms =
    (kind: Kind, fill: Fill): Journey =>
    (desk, number) => {
      const address = `persona.${number}@example.com`;
      const code = async () => String(await server.ask('code', address));
      return signIn(desk, kind, async (browser, begin) => fill(browser, await browser.open(begin), address, code));
    };
  const entries = KINDS.map((kind): [Kind, Journeys] => {
    const filling = fillings[kind];
    if (filling === 'elsewhere') return [kind, { new: elsewhere(kind), returning: elsewhere(kind) }];
    const { new: first, returning } = filling;
    return [kind, { new: byForms(kind, first), returning: returning && byForms(kind, returning) }];
  });
  return Object.fromEntries(entries) as { [kind in Kind]: Journeys };
}
