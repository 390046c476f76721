/**
 * Where an account is open.
 *
 *     GET  /account/sessions             the list
 *     POST /account/sessions/end         ends one of them
 *     POST /account/sessions/end-others  ends all but this one
 *
 * H-07: a session goes by a handle that is worth nothing in another account. No recent sign-in is asked for: whoever sees a
 * stranger in the list must be able to throw them out at once, and nothing can be won by it.
 */
import type { Directory } from '../directory/directory.ts';
import { sessionsPage } from '../pages/account-sessions.ts';
import { path } from '../pages/href.ts';
import { looseAuditEvent } from '../sign-in/commit.ts';
import { isSameNetwork } from '../sign-in/session-origin.ts';
import { requireSession } from '../store/account-guards.ts';
import { endSessionsOf } from '../store/session-clients.ts';
import type { ListedSession } from '../store/sessions.ts';
import { frameOf, respondWithPage, seeOther, type WebApp, type WebContext } from '../web/context.ts';
import { commitChange } from './commit-change.ts';
import { type AccountTools, handleOf, occasionOf, openHandle, providerNameOf } from './dependencies.ts';
import type { Owner } from './owner.ts';

const HERE = path('/account/sessions');
const PLACE = { page: HERE, admission: 'guests too' } as const;

export function mountSessions(app: WebApp, tools: AccountTools): void {
  const { environment, owners, store, vault, directory, sessions } = tools;
  const openSessions = ({ user }: Owner) => store.sessions.ofUser(user.id, environment.now());

  app.get('/account/sessions', (c) =>
    owners.see(c, 'guests too', async (owner) => {
      const [listed, providers] = await Promise.all([openSessions(owner), directory()]);
      const page = sessionsPage(frameOf(c), {
        sessions: listed.map((session) => shown(c, owner, session, providers)),
        endOthers: listed.length > 1 ? { action: path(`${HERE}/end-others`), fields: owners.token(owner) } : null,
      });
      return respondWithPage(c, page, 200);
    }),
  );

  app.post('/account/sessions/end', (c) =>
    owners.change(c, PLACE, async (owner, fields) => {
      const idHash = openHandle(vault, 'session', owner, fields.get('session'));
      // The one at work is ended by signing out, which also forgets its cookie.
      if (idHash === owner.session.idHash) return seeOther(c, HERE);
      const ended = await store.sessions.end(idHash, environment.now());
      if (ended === null) return seeOther(c, HERE);
      tools.wakeClientEvents();
      const { provider } = ended.session;
      const parts = { type: 'session.ended', code: null, userId: owner.user.id, provider } as const;
      const detail = { by: 'another-session' };
      await store.audit.record(looseAuditEvent(environment, { ...parts, reference: c.var.reference, detail }));
      if (ended.upstream !== null) await sessions.endAtProvider(owner.user.id, ended.upstream, c.var.reference);
      return seeOther(c, HERE);
    }),
  );

  app.post('/account/sessions/end-others', (c) =>
    owners.change(c, PLACE, async (owner) => {
      const { user, session } = owner;
      const others = (await openSessions(owner)).filter(({ idHash }) => idHash !== session.idHash);
      const upstreams = await store.sessions.upstreamsOf(others);
      const committed = await commitChange(tools, {
        ...{ userId: user.id, seenByClients: false, notices: [], emails: [] },
        // Of two that end each other at the same moment, one is left.
        steps: [requireSession(session.idHash, user.id), ...endSessionsOf(user.id, session.idHash, environment.now())],
        event: { type: 'session.ended', provider: null, detail: { by: 'another-session', which: 'all-others' } },
        ...{ occasion: occasionOf(c), reference: c.var.reference },
      });
      if (!committed) return seeOther(c, HERE);
      await Promise.all(upstreams.map((upstream) => sessions.endAtProvider(user.id, upstream, c.var.reference)));
      return seeOther(c, HERE);
    }),
  );

  function shown(c: WebContext, owner: Owner, session: ListedSession, providers: Directory) {
    const isThis = session.idHash === owner.session.idHash;
    const fields = { ...owners.token(owner), session: handleOf(vault, 'session', owner, session.idHash) };
    return {
      device: session.device,
      providerName: providerNameOf(providers, session, c),
      begunAt: session.createdAt,
      lastUsedAt: session.lastSeenAt,
      sameNetwork: isSameNetwork(vault, session, c.var.clientAddressKey),
      end: isThis ? null : { action: path(`${HERE}/end`), fields },
    };
  }
}
