/**
 * With what an account can be signed in to.
 *
 *     GET  /account/identities             the list
 *     POST /account/identities/connect     to a provider, to come back with one more
 *     GET  /account/identities/disconnect  asks, or says what must be there first
 *     POST /account/identities/disconnect  does it
 */
import { SignInError } from '../errors.ts';
import type { Identity } from '../model.ts';
import {
  cannotDisconnectPage,
  disconnectPage,
  identitiesPage,
  type ListedIdentity,
} from '../pages/account-identities.ts';
import { path } from '../pages/href.ts';
import type { Objection } from '../users/disconnect.ts';
import { canonicalEmail } from '../users/email-address.ts';
import type { Offer } from '../users/ways-in.ts';
import { frameOf, respondWithPage, seeOther, type WebApp, type WebContext } from '../web/context.ts';
import { type AccountTools, backToAccount, handleOf, occasionOf, openHandle, providerNameOf } from './dependencies.ts';
import { disconnect, findObjection } from './disconnect.ts';
import { accountIdentity } from './overview.ts';
import type { Owner } from './owner.ts';

const HERE = path('/account/identities');

export function mountIdentities(app: WebApp, tools: AccountTools): void {
  const { owners, store, vault, directory, offer } = tools;
  const disconnecting = { ...tools, steps: tools.disconnectSteps };
  const handle = (owner: Owner, { id }: Identity) => handleOf(vault, 'identity', owner, id);
  const connectForm = (owner: Owner) => ({ action: path(`${HERE}/connect`), fields: owners.token(owner) });

  app.get('/account/identities', (c) =>
    owners.see(c, 'an account', async (owner) => {
      const page = identitiesPage(frameOf(c), {
        identities: await listed(c, owner),
        connect: connectForm(owner),
      });
      return respondWithPage(c, page, 200);
    }),
  );

  app.post('/account/identities/connect', (c) =>
    owners.change(c, { page: HERE, admission: 'recently signed in' }, ({ user, session }) => {
      const purpose = { kind: 'link', userId: user.id, session: session.idHash, returnTo: HERE } as const;
      return tools.begin(c, purpose, { kind: 'chooser' });
    }),
  );

  app.get('/account/identities/disconnect', (c) =>
    owners.see(c, 'recently signed in', async (owner) => {
      const identity = await find(owner, c.req.query('identity'));
      if (identity === null) return seeOther(c, HERE);
      const objection = await findObjection(disconnecting, owner, identity);
      const providerName = providerNameOf(await directory(), identity, c);
      if (objection !== null) return cannot(c, owner, providerName, objection);
      const fields = { ...owners.token(owner), identity: handle(owner, identity) };
      const form = { action: path(`${HERE}/disconnect`), fields, yesField: 'answer' };
      return respondWithPage(c, disconnectPage(frameOf(c), { providerName, form }), 200);
    }),
  );

  app.post('/account/identities/disconnect', (c) =>
    owners.change(c, { page: HERE, admission: 'recently signed in' }, async (owner, fields) => {
      const identity = await find(owner, fields.get('identity'));
      if (identity === null || fields.get('answer') !== 'yes') return seeOther(c, HERE);
      const providerName = providerNameOf(await directory(), identity, c);
      const how = { identity, providerName, occasion: occasionOf(c), reference: c.var.reference };
      const objection = await disconnect(disconnecting, owner, how);
      if (objection === null) return seeOther(c, HERE);
      c.set('wayOn', backToAccount(c, HERE));
      throw new SignInError(objection.code, objection.reason);
    }),
  );

  /** Null for what is not there any more, and for a mailbox that goes with its address. @throws SignInError not_found */
  async function find(owner: Owner, given: string | undefined): Promise<Identity | null> {
    const id = openHandle(vault, 'identity', owner, given);
    const identity = (await store.accounts.identitiesOf(owner.user.id)).find((one) => one.id === id) ?? null;
    return identity === null || isMailboxOf(owner, identity, await offer()) ? null : identity;
  }

  async function listed(c: WebContext, owner: Owner): Promise<ListedIdentity[]> {
    const [profiles, providers, offered] = await Promise.all([
      store.accounts.profilesOf(owner.user.id),
      directory(),
      offer(),
    ]);
    return profiles.map(({ identity, profile }, index) => ({
      ...accountIdentity(identity, providers, c.var.locale),
      works: offered.isOn(identity.provider),
      brought: profile.emails.map(({ address }) => address),
      removal: removalOf(owner, identity, index, offered),
    }));
  }

  function removalOf(owner: Owner, identity: Identity, index: number, offered: Offer): ListedIdentity['removal'] {
    if (isMailboxOf(owner, identity, offered)) return { kind: 'with-address' };
    // Where passwords are switched off, their page has nothing to offer.
    const { provider } = identity;
    if (offered.vendorOf(provider) === 'password' && offered.isOn(provider)) return { kind: 'password' };
    const href = path(`${HERE}/disconnect?identity=${handle(owner, identity)}`);
    return { kind: 'asked', href, testId: `disconnect-${provider}${index === 0 ? '' : `-${index + 1}`}` };
  }

  function cannot(c: WebContext, owner: Owner, providerName: string, { code }: Objection): Response {
    const page = cannotDisconnectPage(frameOf(c), {
      providerName,
      why: code === 'last_way_in' ? 'last-way-in' : 'refused-by-rule',
      connect: connectForm(owner),
      mayAddEmail: tools.canSendMail,
    });
    return respondWithPage(c, page, 200);
  }
}

/** Whether it is the mailbox of an address that the account has: without the address it would be there again at the next mail. */
function isMailboxOf({ emails }: Owner, { provider, subject }: Identity, { vendorOf }: Offer): boolean {
  const holds = emails.some(({ address, verifiedAt }) => verifiedAt !== null && canonicalEmail(address) === subject);
  return vendorOf(provider) === 'email' && holds;
}
