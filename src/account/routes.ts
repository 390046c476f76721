/**
 * What somebody sees of their own account here: the front page and the account page.
 */
import type { Vault } from '../crypto.ts';
import type { Directory } from '../directory/directory.ts';
import { accountPage } from '../pages/account.ts';
import { homePage } from '../pages/home.ts';
import { path } from '../pages/href.ts';
import { sessionFormToken } from '../sign-in/routes.ts';
import type { BrowserSessions } from '../sign-in/session.ts';
import type { Store } from '../store/store.ts';
import { fullName } from '../users/arrival.ts';
import { nameOf } from '../users/known-values.ts';
import { frameOf, respondWithPage, seeOther, type WebApp } from '../web/context.ts';
import { aboutOf } from './about.ts';

export interface AccountDependencies {
  readonly store: Store;
  readonly vault: Vault;
  readonly sessions: BrowserSessions;
  readonly directory: () => Promise<Directory>;
}

export function mountAccount(app: WebApp, { store, vault, sessions, directory }: AccountDependencies): void {
  app.get('/', async (c) => {
    const session = await sessions.find(c.req.header('Cookie') ?? null);
    if (session !== null) return seeOther(c, '/account');
    return respondWithPage(c, homePage(frameOf(c), { signInHref: path('/sign-in') }), 200);
  });

  app.get('/account', async (c) => {
    const session = await sessions.find(c.req.header('Cookie') ?? null);
    const found = session && (await store.accounts.findUser(session.userId));
    if (session === null || found === null) return seeOther(c, '/sign-in?return_to=/account');
    const identities = await store.accounts.identitiesOf(session.userId);
    const providers = await directory();
    const agreements = await store.terms.agreementsOf(session.userId);
    const page = accountPage(frameOf(c), {
      name: fullName(nameOf(found.user)),
      emails: found.emails.map(({ address, verifiedAt, primary }) => ({
        address,
        verified: verifiedAt !== null,
        primary,
      })),
      identities: identities.map(({ provider, createdAt, lastUsedAt, verifiedAt }) => {
        // Also of a provider that is switched off: the person knows it by its name.
        const record = providers.recordOf(provider);
        const providerName = record?.name[c.var.locale] ?? provider;
        return { providerName, icon: record?.icon ?? null, createdAt, lastUsedAt, verifiedAt };
      }),
      about: aboutOf(found.user, agreements),
      signOut: { action: path('/sign-out'), fields: { token: sessionFormToken(vault, session), answer: 'yes' } },
    });
    return respondWithPage(c, page, 200);
  });
}
