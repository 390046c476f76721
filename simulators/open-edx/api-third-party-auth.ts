/**
 * What the LMS tells of links between its accounts and providers, and the token against forged forms.
 */

import type { Account } from './accounts.ts';
import { forbidden, json, notFound, pageOf, withCookies } from './answers.ts';
import { authenticated, type Handler, isStaff } from './caller.ts';
import type { Incoming } from './incoming.ts';
import { providerId } from './provider-records.ts';
import { cookie, csrfCookie } from './sessions.ts';
import type { World } from './world.ts';

function wanted({ parameters }: Incoming, world: World): Account | null {
  const email = parameters.get('email');
  return email === null
    ? world.accounts.named(parameters.get('username') ?? '')
    : (world.accounts.withEmail(email)[0] ?? null);
}

/** One's own, or anybody's for a superuser. */
export const linksOfUser = authenticated((request, world, caller) => {
  const account = wanted(request, world);
  const mayLook = caller.account.isSuperuser || account === caller.account;
  if (!mayLook) return forbidden();
  if (account === null) return notFound();
  const links = world.accounts.linksOf(account);
  if (request.method === 'DELETE') {
    const link = links.find(({ uid }) => uid === request.parameters.get('uid'));
    if (link === undefined) return notFound();
    world.accounts.unlink(link);
    return new Response(null, { status: 204 });
  }
  const active = links.map(({ provider, uid }) => ({
    provider_id: `oa2-${provider}`,
    name: world.providers.current(provider, request.host)?.name ?? provider,
    remote_id: uid,
  }));
  return json({ active });
}, 'refused');

/** By which operators compare whom both sides know. */
export const usersOfProvider = authenticated((request, world, caller) => {
  if (!isStaff(caller) && !caller.scopes.includes('tpa:read')) return forbidden();
  const record = world.providers.listed(request.host).find((one) => providerId(one) === request.parts.provider);
  if (record === undefined) return notFound();
  const among = (name: string) => request.parameters.getAll(name).flatMap((text) => text.split(','));
  const [usernames, uids] = [among('username'), among('remote_id')];
  const links = world.accounts
    .links()
    .filter(({ provider }) => provider === record.backend_name)
    .filter(({ account }) => usernames.length === 0 || usernames.includes(account.username))
    .filter(({ uid }) => uids.length === 0 || uids.includes(uid));
  const page = pageOf(links, request.parameters, `${request.origin}${request.path}`);
  if (page === null) return notFound();
  const { next, previous, count, num_pages } = page.pagination;
  const results = page.results.map(({ account, uid }) => ({ username: account.username, remote_id: uid }));
  return json({ count, num_pages, next, previous, results });
}, 'refused');

export const csrfToken: Handler = (request, world) => {
  const token = world.sessions.csrfToken(request);
  return withCookies(json({ csrfToken: token }), [
    cookie(csrfCookie, token, { request, age: 31_449_600, httpOnly: false }),
  ]);
};
