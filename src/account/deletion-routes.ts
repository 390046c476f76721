/**
 * Somebody deletes their account (M-04: what the law calls cancellation).
 *
 *     GET  /account/data/delete   what happens when, what is erased, what stays
 *     POST /account/data/delete   begins the grace period, or deletes at once where there is none
 *     GET  /account/data/deleted  that it is done, for a browser in which nobody is signed in any more
 *
 * Takes a sign-in of the last ten minutes and a box that says so: whoever finds an open session deletes nothing in passing. A
 * guest, who has nothing to sign in with and could never come back to keep it, is deleted at once.
 */
import type { AccountDeletion } from '../credentials/account-deletion.ts';
import { SealBroken } from '../crypto.ts';
import { SignInError } from '../errors.ts';
import { type DeletionMoment, deletionDonePage, deletionPage } from '../pages/account-deletion.ts';
import { path } from '../pages/href.ts';
import { addCookie, frameOf, respondWithPage, seeOther, type WebApp, type WebContext } from '../web/context.ts';
import { type AccountTools, backToAccount, occasionOf } from './dependencies.ts';
import type { Owner } from './owner.ts';

const HERE = path('/account/data/delete');
const DONE = path('/account/data/deleted');
const ADMISSION = 'recently signed in, or a guest';

export interface DeletionRouteDependencies {
  readonly deletion: Pick<AccountDeletion, 'grace' | 'request' | 'keep'>;
}

export function mountDeletion(app: WebApp, tools: AccountTools & DeletionRouteDependencies): void {
  const { environment, owners, store, vault, sessions, deletion } = tools;

  app.get('/account/data/delete', (c) => owners.see(c, ADMISSION, (owner) => show(c, owner, false)));

  app.post('/account/data/delete', (c) =>
    owners.change(c, { page: HERE, admission: ADMISSION }, async (owner, fields) => {
      // The box agrees to the moment that stood beside it: where the operator changed it since, it is shown anew.
      const { kind } = await momentFor(owner);
      if (fields.get('understood') !== kind) return show(c, owner, true);
      return remove(c, owner);
    }),
  );

  app.get('/account/data/deleted', (c) => {
    const moment = readMoment(c.req.query('moment') ?? '');
    return moment === null ? seeOther(c, '/') : respondWithPage(c, deletionDonePage(frameOf(c), { moment }), 200);
  });

  async function show(c: WebContext, owner: Owner, boxIsMissing: boolean): Promise<Response> {
    const page = deletionPage(frameOf(c), {
      ...{ moment: await momentFor(owner), isGuest: owner.user.state === 'temporary', boxIsMissing },
      form: { action: HERE, fields: owners.token(owner) },
    });
    return respondWithPage(c, page, boxIsMissing ? 422 : 200);
  }

  async function remove(c: WebContext, { user, session }: Owner): Promise<Response> {
    const open = await store.sessions.ofUser(user.id, environment.now());
    const upstreams = await store.sessions.upstreamsOf(open);
    const { locale, requester } = occasionOf(c);
    const by = { kind: 'person' } as const;
    const result = await deletion.request({ userId: user.id, by, locale, requester, reference: c.var.reference });
    if (result.kind === 'refused') {
      c.set('wayOn', backToAccount(c));
      throw new SignInError('account_not_deletable', result.code);
    }
    await Promise.all(upstreams.map((upstream) => sessions.endAtProvider(session.userId, upstream, c.var.reference)));
    const { setCookies } = await sessions.end(c.req.header('Cookie') ?? null, c.var.reference);
    for (const cookie of setCookies) addCookie(c, cookie);
    const moment: DeletionMoment =
      result.kind === 'deleted' ? { kind: 'now' } : { kind: 'later', at: result.deletionAt };
    return seeOther(c, `${DONE}?moment=${encodeURIComponent(vault.seal(MOMENT, JSON.stringify(moment)))}`);
  }

  async function momentFor({ user }: Owner): Promise<DeletionMoment> {
    const grace = user.state === 'temporary' ? 0 : await deletion.grace();
    return grace === 0 ? { kind: 'now' } : { kind: 'later', at: environment.now() + grace };
  }

  /** Sealed, so that nobody makes a page of ours that frightens somebody with a date. */
  function readMoment(sealed: string): DeletionMoment | null {
    try {
      return JSON.parse(vault.open(MOMENT, sealed));
    } catch (error) {
      if (error instanceof SealBroken) return null;
      throw error;
    }
  }
}

const MOMENT = { table: 'handles', column: 'deletion', row: 'moment' };
