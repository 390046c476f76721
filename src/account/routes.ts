/**
 * What somebody sees of their own account here: the front page and the account page. What they can do about it is in routes of
 * its own for each part.
 */

import { accountPage } from '../pages/account.ts';
import { homePage } from '../pages/home.ts';
import { path } from '../pages/href.ts';
import { frameOf, respondWithPage, seeOther, type WebApp } from '../web/context.ts';
import { aboutOf } from './about.ts';
import { mountApps } from './apps-routes.ts';
import { mountData } from './data-routes.ts';
import { type DeletionRouteDependencies, mountDeletion } from './deletion-routes.ts';
import type { AccountDependencies } from './dependencies.ts';
import { mountEmails } from './emails-routes.ts';
import { mountIdentities } from './identities-routes.ts';
import { type MergeRouteDependencies, mountMerge } from './merge-routes.ts';
import { accountIdentity, overviewOf } from './overview.ts';
import { createOwners } from './owner.ts';
import { mountPassword } from './password-routes.ts';
import { mountSessions } from './sessions-routes.ts';
import { mountUndoEmail } from './undo-email-routes.ts';
import { createValueSources } from './value-sources.ts';

export function mountAccount(
  app: WebApp,
  dependencies: AccountDependencies & Omit<MergeRouteDependencies, 'owners'> & DeletionRouteDependencies,
): void {
  const { store, sessions, directory } = dependencies;
  const owners = createOwners(dependencies);
  const tools = { ...dependencies, owners };

  app.get('/', async (c) => {
    const session = await sessions.find(c.req.header('Cookie') ?? null);
    if (session !== null) return seeOther(c, '/account');
    return respondWithPage(c, homePage(frameOf(c), { signInHref: path('/sign-in') }), 200);
  });

  app.get('/account', (c) =>
    owners.see(c, 'guests too', async (owner) => {
      const graph = await store.accountGraphs.read(owner.user.id);
      if (graph === null) return seeOther(c, '/');
      const providers = await directory();
      const sources = createValueSources(providers, c.var.locale);
      const page = accountPage(frameOf(c), {
        ...overviewOf(owner, graph, sources),
        about: aboutOf(owner.user, graph.agreements, sources),
        identities: graph.identities.map((identity) => accountIdentity(identity, providers, c.var.locale)),
        keepGuestHref: owner.user.state === 'temporary' ? path('/sign-in?return_to=/account') : null,
        signOut: { action: path('/sign-out'), fields: { ...owners.token(owner), answer: 'yes' } },
      });
      return respondWithPage(c, page, 200);
    }),
  );

  mountIdentities(app, tools);
  mountEmails(app, tools);
  mountPassword(app, tools);
  mountSessions(app, tools);
  mountApps(app, tools);
  mountData(app, tools);
  mountDeletion(app, tools);
  mountUndoEmail(app, tools);
  mountMerge(app, tools);
}
