/**
 * The addresses of an account.
 *
 *     GET  /account/emails               the list
 *     POST /account/emails/add           to the dialog that proves a mailbox; it is added when it is proved, and not before (D-07)
 *     GET  /account/emails/verify        says what verifying one that is there will end
 *     POST /account/emails/verify        to the dialog, for this one
 *     POST /account/emails/make-primary  what clients and notices call the person by
 *     GET  /account/emails/remove        asks, or says what must be there first
 *     POST /account/emails/remove        does it
 */
import { prepareUndo } from '../credentials/address-undo.ts';
import type { Directory } from '../directory/directory.ts';
import { SignInError } from '../errors.ts';
import type { OwnChange, UserEmail } from '../model.ts';
import {
  cannotRemoveEmailPage,
  emailsPage,
  type ListedEmail,
  removeEmailPage,
  type Verification,
  verifyEmailPage,
} from '../pages/account-emails.ts';
import { path } from '../pages/href.ts';
import { ADDRESS_PROVER } from '../providers/address-prover.ts';
import { makePrimary } from '../store/addresses.ts';
import { canonicalEmail } from '../users/email-address.ts';
import { unproved } from '../users/unproved.ts';
import { frameOf, respondWithPage, seeOther, type WebApp, type WebContext } from '../web/context.ts';
import { commitChange } from './commit-change.ts';
import { type AccountTools, backToAccount, handleOf, occasionOf, openHandle, providerNameOf } from './dependencies.ts';
import type { Owner } from './owner.ts';
import { judgeRemoval, removeEmail } from './remove-email.ts';

const HERE = path('/account/emails');
const RECENTLY = { page: HERE, admission: 'recently signed in' } as const;

export function mountEmails(app: WebApp, tools: AccountTools): void {
  const { owners, store, vault, directory, canSendMail } = tools;
  const handle = (owner: Owner, email: UserEmail) => handleOf(vault, 'email', owner, keyOf(email));
  const asForm = (owner: Owner, verb: string, email: UserEmail) => ({
    action: path(`${HERE}/${verb}`),
    fields: { ...owners.token(owner), email: handle(owner, email) },
  });
  const asPage = (owner: Owner, verb: string, email: UserEmail) =>
    path(`${HERE}/${verb}?email=${handle(owner, email)}`);

  app.get('/account/emails', (c) =>
    owners.see(c, 'an account', async (owner) => {
      const providers = await directory();
      const listed = owner.emails.map((email) => list(c, owner, email, providers));
      const add = canSendMail ? { action: path(`${HERE}/add`), fields: owners.token(owner) } : null;
      return respondWithPage(c, emailsPage(frameOf(c), { emails: listed, add }), 200);
    }),
  );

  app.post('/account/emails/add', (c) =>
    owners.change(c, RECENTLY, async (owner) => prove(c, owner, { kind: 'verify-address', address: null })),
  );

  app.get('/account/emails/verify', (c) =>
    owners.see(c, 'recently signed in', async (owner) => {
      const email = find(owner, c.req.query('email'));
      if (email === null || email.verifiedAt !== null || !canSendMail) return seeOther(c, HERE);
      const form = asForm(owner, 'verify', email);
      const page = verifyEmailPage(frameOf(c), { address: email.address, ends: await whatEnds(c, owner), form });
      return respondWithPage(c, page, 200);
    }),
  );

  app.post('/account/emails/verify', (c) =>
    owners.change(c, RECENTLY, async (owner, fields) => {
      const email = find(owner, fields.get('email'));
      if (email === null || email.verifiedAt !== null) return seeOther(c, HERE);
      return prove(c, owner, { kind: 'verify-address', address: keyOf(email) });
    }),
  );

  app.post('/account/emails/make-primary', (c) =>
    owners.change(c, RECENTLY, async (owner, fields) => {
      const email = find(owner, fields.get('email'));
      if (email === null || email.primary || email.verifiedAt === null) return seeOther(c, HERE);
      // Where that is no longer so, somebody has changed it meanwhile: the list says how it is now.
      const undo = prepareUndo(tools, owner.user.id, owner.emails);
      await commitChange(tools, {
        ...{ userId: owner.user.id, seenByClients: true, emails: owner.emails },
        steps: [...makePrimary(owner.user.id, keyOf(email)), ...undo.steps],
        event: { type: 'email.primary_changed', provider: null, detail: {} },
        notices: [{ kind: 'email-made-primary', address: email.address, undo: undo.links }],
        ...howFrom(c),
      });
      return seeOther(c, HERE);
    }),
  );

  app.get('/account/emails/remove', (c) =>
    owners.see(c, 'recently signed in', async (owner) => {
      const email = find(owner, c.req.query('email'));
      const removal = email && (await judgeRemoval(tools, owner, keyOf(email)));
      if (email === null || removal === 'is-primary') return seeOther(c, HERE);
      const { address } = email;
      if (removal === 'is-the-last-way-in') {
        return respondWithPage(c, cannotRemoveEmailPage(frameOf(c), { address }), 200);
      }
      const form = { ...asForm(owner, 'remove', email), yesField: 'answer' };
      return respondWithPage(c, removeEmailPage(frameOf(c), { address, form }), 200);
    }),
  );

  app.post('/account/emails/remove', (c) =>
    owners.change(c, RECENTLY, async (owner, fields) => {
      const key = openHandle(vault, 'email', owner, fields.get('email'));
      if (fields.get('answer') !== 'yes') return seeOther(c, HERE);
      if ((await removeEmail(tools, owner, key, howFrom(c))) === 'is-the-last-way-in') {
        c.set('wayOn', backToAccount(c, HERE));
        throw new SignInError('last_way_in', 'nothing else works');
      }
      return seeOther(c, HERE);
    }),
  );

  /** Null for one that is not there any more. @throws SignInError not_found */
  function find(owner: Owner, given: string | undefined): UserEmail | null {
    const key = openHandle(vault, 'email', owner, given);
    return owner.emails.find((email) => keyOf(email) === key) ?? null;
  }

  async function prove(c: WebContext, { user, session }: Owner, what: OwnChange): Promise<Response> {
    if (!canSendMail) return seeOther(c, HERE);
    const purpose = { kind: 'change', userId: user.id, session: session.idHash, what, returnTo: HERE } as const;
    return tools.begin(c, purpose, { kind: 'provider', slug: ADDRESS_PROVER });
  }

  function list(c: WebContext, owner: Owner, email: UserEmail, providers: Directory): ListedEmail {
    const { address, primary } = email;
    const verified = email.verifiedAt !== null;
    const isStuck = primary && owner.emails.length > 1;
    return {
      ...{ address, primary, verified, verification: verificationOf(c, email, providers) },
      verifyHref: verified || !canSendMail ? null : asPage(owner, 'verify', email),
      makePrimary: verified && !primary ? asForm(owner, 'make-primary', email) : null,
      removeHref: isStuck ? null : asPage(owner, 'remove', email),
    };
  }

  /** The names of the ways in that verifying an address will end, for the person to know before. */
  async function whatEnds(c: WebContext, { user, session, emails }: Owner): Promise<string[]> {
    const identities = await store.accounts.identitiesOf(user.id);
    const attached = { identities, passwords: await store.passwords.ofUser(user.id), emails };
    const providers = await directory();
    return unproved(attached, session.identityId).map((identity) => providerNameOf(providers, identity, c));
  }
}

/** The canonical form. One that has none came from elsewhere, and can only be removed. */
const keyOf = ({ address }: UserEmail) => canonicalEmail(address) ?? address;

const howFrom = (c: WebContext) => ({ occasion: occasionOf(c), reference: c.var.reference });

function verificationOf(c: WebContext, { verifiedAt, verifiedBy }: UserEmail, providers: Directory): Verification {
  if (verifiedAt === null || verifiedBy === null) return null;
  if (verifiedBy === 'llavero' || verifiedBy === 'import') return { by: verifiedBy, at: verifiedAt };
  return { by: 'provider', name: providerNameOf(providers, { provider: verifiedBy }, c), at: verifiedAt };
}
