/**
 * The apps that somebody signed in to with their account.
 *
 *     GET  /account/apps         the list, and what each receives
 *     POST /account/apps/revoke  takes back what one was given: its grants, codes and tokens end at once (M-07)
 *
 * No recent sign-in is asked for: it only takes away, and the next sign-in there gives it back.
 */
import { createConsents } from '../oidc/consents.ts';
import { appsPage, type ListedApp } from '../pages/account-apps.ts';
import { type Href, parseHref, path } from '../pages/href.ts';
import { looseAuditEvent } from '../sign-in/commit.ts';
import { frameOf, respondWithPage, seeOther, type WebApp } from '../web/context.ts';
import { type AppRecord, type ConnectedApp, connectedApps, toldTo } from './connected-apps.ts';
import { type AccountTools, handleOf, openHandle } from './dependencies.ts';
import type { Owner } from './owner.ts';

const HERE = path('/account/apps');

export function mountApps(app: WebApp, tools: AccountTools): void {
  const { environment, owners, store, vault, findApp, publicUrl } = tools;
  const consents = createConsents(store.oidcRecords, environment);
  const connectedTo = ({ user }: Owner) => connectedApps(store, user.id, environment.now());

  app.get('/account/apps', (c) =>
    owners.see(c, 'guests too', async (owner) => {
      const connected = await connectedTo(owner);
      const apps = await Promise.all(connected.map((one) => shown(owner, one)));
      return respondWithPage(c, appsPage(frameOf(c), { apps }), 200);
    }),
  );

  app.post('/account/apps/revoke', (c) =>
    owners.change(c, { page: HERE, admission: 'guests too' }, async (owner, fields) => {
      const clientId = openHandle(vault, 'app', owner, fields.get('app'));
      const found = (await connectedTo(owner)).find((one) => one.clientId === clientId);
      if (found === undefined) return seeOther(c, HERE);
      // First what they agreed to: a request that comes in between must not be granted by it again.
      await consents.forget(owner.user.id, found.clientId);
      await Promise.all(found.grantIds.map((grantId) => store.oidcRecords.revokeGrant(grantId)));
      await store.serviceTokens.revokeOf(owner.user.id, found.clientId, environment.now());
      const parts = { type: 'grant.revoked', code: null, userId: owner.user.id, provider: null } as const;
      const detail = { client: clientId, by: 'person' };
      await store.audit.record(looseAuditEvent(environment, { ...parts, reference: c.var.reference, detail }));
      return seeOther(c, HERE);
    }),
  );

  /** OpenID Connect Core §4: the app is told which provider it is to begin with. */
  function beginHref(record: AppRecord | null): Href | null {
    if (record === null || record.beginsAt === null) return null;
    const address = new URL(record.beginsAt);
    address.searchParams.set('iss', publicUrl.origin);
    return parseHref(address.href);
  }

  async function shown(owner: Owner, connected: ConnectedApp): Promise<ListedApp> {
    const record = await findApp(connected.clientId);
    return {
      // Also of one that was taken from the configuration: it may hold what it was told.
      name: record?.name ?? connected.clientId,
      claims: toldTo(connected, record),
      asks: record?.asks ?? true,
      since: connected.since,
      begin: beginHref(record),
      revoke: {
        action: path(`${HERE}/revoke`),
        fields: { ...owners.token(owner), app: handleOf(vault, 'app', owner, connected.clientId) },
      },
    };
  }
}
