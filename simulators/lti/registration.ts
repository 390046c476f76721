/**
 * Dynamic registration (lti.md §3.13), the campus' side: what it tells of itself, and a tool that registers by a token that the
 * administration made for it, once.
 */

import { html } from 'hono/html';
import { z } from 'zod';
import { messageTypes } from './claims.ts';
import { page, refusedPage } from './layout.ts';
import { parseJson } from './line-items.ts';
import { tokenAddress, tokenAudience } from './service-token.ts';
import { sessionOf } from './sessions.ts';
import { allScopes, type Tool13 } from './tool.ts';
import type { Incoming, World } from './world.ts';

const platformConfiguration = 'https://purl.imsglobal.org/spec/lti-platform-configuration';
const toolConfiguration = 'https://purl.imsglobal.org/spec/lti-tool-configuration';

export const configurationAddress = (world: World) => `${world.base}/.well-known/openid-configuration`;

/** What the administration sees: the tools, and how another one is registered. */
export function adminPage(request: Incoming, world: World): Response {
  if (sessionOf(request, world)?.isAdministrator !== true) {
    return refusedPage(request, world, 403, 'only the administration is let in here');
  }
  return page(request, world, {
    status: 200,
    scripts: [],
    frame: 'site',
    title: (t) => t.admin,
    content: (t) => html`<h2>${t.tools}</h2>
<ul>${[...world.tools.values()].map(({ slug, name, version }) => html`<li><h3>${name}</h3><p class="soft">LTI ${version}</p>${version === '1.1' ? '' : html`<a class="button quiet" href="${world.base}/tools/${slug}/privacy/alumna" data-testid="privacy-${slug}">${t.askAboutData} ${world.people.get('alumna')?.name ?? ''}</a>`}</li>`)}</ul>
<h2>${t.registerTool}</h2>
<form method="post" action="${world.base}/admin/registrations"><label for="address">${t.registrationAddress}</label><input type="url" id="address" name="address" required><button type="submit" class="button" data-testid="register-tool">${t.register}</button></form>`,
  });
}

/** Opens the registration page of a tool, with a token that is good once. */
export function beginRegistration(request: Incoming, world: World): Response {
  if (sessionOf(request, world)?.isAdministrator !== true) {
    return refusedPage(request, world, 403, 'only the administration is let in here');
  }
  const address = new URLSearchParams(request.body).get('address') ?? '';
  if (!URL.canParse(address)) return refusedPage(request, world, 400, 'this is not an address');
  const location = new URL(address);
  location.searchParams.set('openid_configuration', configurationAddress(world));
  location.searchParams.set('registration_token', registrationToken(world));
  return new Response(null, { status: 303, headers: { Location: location.href, 'Cache-Control': 'no-store' } });
}

export function registrationToken(world: World): string {
  const token = world.opaque();
  world.registrationTokens.set(token, false);
  return token;
}

/** Canvas shows its configuration only with the token, so whoever leaves it out finds out here. */
export function configuration(request: Incoming, world: World): Response {
  if (bearerOf(request, world) === null) {
    world.complain('openid-configuration', 'the registration token is absent or not known');
    return Response.json({ error: 'invalid_token' }, { status: 401 });
  }
  const { base, issuer, product } = world;
  return Response.json({
    issuer,
    authorization_endpoint: `${base}/lti/authorize`,
    token_endpoint: tokenAddress(world),
    authorization_server: tokenAudience(world),
    jwks_uri: `${base}/lti/jwks`,
    registration_endpoint: `${base}/lti/registrations`,
    token_endpoint_auth_methods_supported: ['private_key_jwt'],
    token_endpoint_auth_signing_alg_values_supported: ['RS256'],
    scopes_supported: ['openid', ...allScopes],
    response_types_supported: ['id_token'],
    subject_types_supported: ['public', 'pairwise'],
    id_token_signing_alg_values_supported: ['RS256'],
    claims_supported: ['sub', 'iss', 'name', 'given_name', 'family_name', 'email'],
    [platformConfiguration]: {
      product_family_code: product.family,
      version: '1',
      messages_supported: Object.values(messageTypes).map((type) => ({ type, placements: ['ContentArea'] })),
      variables: [],
    },
  });
}

function bearerOf({ headers }: Incoming, world: World): string | null {
  const token = /^Bearer (?<token>\S+)$/.exec(headers.authorization ?? '')?.groups?.token ?? '';
  return world.registrationTokens.get(token) === null ? null : token;
}

const address = z.url();

const registrationSchema = z.object({
  application_type: z.literal('web'),
  response_types: z.array(z.string()).refine((types) => types.includes('id_token')),
  grant_types: z
    .array(z.string())
    .refine((types) => ['implicit', 'client_credentials'].every((each) => types.includes(each))),
  initiate_login_uri: address,
  redirect_uris: z.array(address).min(1),
  client_name: z.string().min(1),
  jwks_uri: address,
  token_endpoint_auth_method: z.literal('private_key_jwt'),
  scope: z.string(),
  [toolConfiguration]: z
    .object({
      domain: z.string().min(1),
      target_link_uri: address,
      claims: z.array(z.string()),
      messages: z.array(z.object({ type: z.string() }).loose()),
    })
    .loose(),
});

export function register(request: Incoming, world: World): Response {
  const token = bearerOf(request, world);
  const refuse = (status: number, complaint: string) => {
    world.complain('registration', complaint);
    return Response.json({ error: 'invalid_client_metadata', error_description: complaint }, { status });
  };
  if (token === null || world.registrationTokens.get(token) === true) {
    return refuse(401, 'the registration token is absent, not known or used');
  }
  if ((request.headers['content-type'] ?? '').split(';', 1)[0] !== 'application/json')
    return refuse(400, 'the body is not JSON');
  const read = registrationSchema.safeParse(parseJson(request.body));
  if (!read.success) {
    const names = read.error.issues.map(({ path }) => path.join('.'));
    return refuse(400, `missing or wrong: ${names.join(', ')}`);
  }
  const asked = read.data;
  const settings = asked[toolConfiguration];
  if (new URL(settings.target_link_uri).host !== settings.domain)
    return refuse(400, 'target_link_uri is not of the domain');
  world.registrationTokens.set(token, true);
  const tool: Tool13 = {
    version: '1.3',
    slug: `registrada-${world.tools.size + 1}`,
    name: asked.client_name,
    launchAddress: settings.target_link_uri,
    clientId: world.opaque(),
    deploymentId: world.opaque(),
    loginAddress: asked.initiate_login_uri,
    redirectUris: asked.redirect_uris,
    keySetAddress: asked.jwks_uri,
    scopes: asked.scope.split(' ').filter((scope) => allScopes.includes(scope)),
    legacy: null,
  };
  world.add(world.tools, tool);
  const granted = { ...settings, deployment_id: tool.deploymentId };
  const answer = { ...asked, client_id: tool.clientId, scope: tool.scopes.join(' '), [toolConfiguration]: granted };
  return Response.json(answer, { status: 201, headers: { 'Cache-Control': 'no-store' } });
}
