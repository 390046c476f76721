/**
 * The password of an account.
 *
 *     GET  /account/password         whether there is one
 *     POST /account/password/choose  to the dialog in which one is chosen
 *     POST /account/password/again   to sign in with the one that there is, so that it can be changed without a mail
 *
 * It is removed as every other way to sign in is. The dialog is that of who forgot theirs: the primary mailbox is proved, and
 * the same rules hold. Whoever signed in with the password just now has typed it, in the one place where its guesses are
 * counted (G-11): that stands in for the mail. The one before is never asked for in a form of its own, which would be a second
 * door to guess at.
 */
import type { Purpose } from '../model.ts';
import { accountPasswordPage, type WayToChoose } from '../pages/account-password.ts';
import { path } from '../pages/href.ts';
import type { StoredPassword } from '../store/passwords.ts';
import { canonicalEmail } from '../users/email-address.ts';
import { frameOf, respondWithPage, seeOther, type WebApp } from '../web/context.ts';
import { type AccountTools, handleOf } from './dependencies.ts';
import { isRecent, type Owner } from './owner.ts';

const HERE = path('/account/password');

export function mountPassword(app: WebApp, tools: AccountTools): void {
  const { environment, owners, store, vault, directory, canSendMail } = tools;

  app.get('/account/password', (c) =>
    owners.see(c, 'an account', async (owner) => {
      const known = await find(owner);
      const page = accountPasswordPage(frameOf(c), {
        changedAt: known?.stored?.changedAt ?? null,
        way: known === null ? { kind: 'not-offered' } : wayOf(owner, known.stored),
        removeHref: known?.stored ? removeHref(owner, known.stored) : null,
      });
      return respondWithPage(c, page, 200);
    }),
  );

  app.post('/account/password/choose', (c) =>
    owners.change(c, { page: HERE, admission: 'recently signed in' }, async (owner) => {
      const known = await find(owner);
      const mailbox = mailboxOf(owner);
      const typed = known !== null && hasJustTyped(owner, known.stored);
      if (known === null || (!typed && (mailbox === null || !canSendMail))) return seeOther(c, HERE);
      const { user, session } = owner;
      const purpose: Purpose = {
        ...{ kind: 'change', userId: user.id, session: session.idHash, returnTo: HERE },
        what: {
          kind: 'choose-password',
          mailbox: typed ? null : mailbox,
          subject: known.stored?.subject ?? null,
          label: mailbox ?? user.username,
        },
      };
      return tools.begin(c, purpose, { kind: 'provider', slug: known.slug });
    }),
  );

  app.post('/account/password/again', (c) =>
    owners.change(c, { page: HERE, admission: 'an account' }, async ({ user }) => {
      const slug = await slugOfPasswords();
      if (slug === null) return seeOther(c, HERE);
      const purpose = { kind: 'reauthenticate', userId: user.id, returnTo: HERE } as const;
      return tools.begin(c, purpose, { kind: 'provider', slug });
    }),
  );

  /** Where there are several providers of passwords, the first one is that of this page. */
  async function slugOfPasswords(): Promise<string | null> {
    return (await directory()).ofVendor('password')[0]?.record.slug ?? null;
  }

  /** Null where this deployment uses none. */
  async function find({ user }: Owner): Promise<{ slug: string; stored: StoredPassword | null } | null> {
    const slug = await slugOfPasswords();
    return slug === null ? null : { slug, stored: await store.passwords.findOfUser(slug, user.id) };
  }

  function wayOf(owner: Owner, stored: StoredPassword | null): WayToChoose {
    const form = (verb: string) => ({ action: path(`${HERE}/${verb}`), fields: owners.token(owner) });
    const address = mailboxOf(owner);
    if (hasJustTyped(owner, stored)) return { kind: 'by-current', form: form('choose') };
    if (canSendMail && address !== null) return { kind: 'by-mail', address, form: form('choose') };
    if (stored !== null) return { kind: 'needs-current', form: form('again') };
    return { kind: canSendMail ? 'needs-address' : 'no-mail' };
  }

  function hasJustTyped({ session }: Owner, stored: StoredPassword | null): boolean {
    return stored !== null && session.identityId === stored.identityId && isRecent(session, environment.now());
  }

  function removeHref(owner: Owner, { identityId }: StoredPassword) {
    return path(`/account/identities/disconnect?identity=${handleOf(vault, 'identity', owner, identityId)}`);
  }
}

/** The primary one where it is verified, otherwise another one that is. */
function mailboxOf({ emails }: Owner): string | null {
  const [mailbox = null] = emails
    .filter(({ verifiedAt }) => verifiedAt !== null)
    .toSorted((a, b) => Number(b.primary) - Number(a.primary));
  return mailbox && canonicalEmail(mailbox.address);
}
