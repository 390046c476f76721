/**
 * Takes back what a teacher chose in a tool (lti.md §3.11): a signed answer to a deep linking request, once, whose links join the
 * course.
 */

import { html } from 'hono/html';
import type { Json, JsonObject } from '../../src/model.ts';
import { mediaTypeOf } from '../shared/received.ts';
import { claimOf } from './claims.ts';
import type { Course, Link } from './course.ts';
import { urlEncoded } from './form-page.ts';
import { type Launch, launchLifetime } from './launch.ts';
import { page, refusedPage } from './layout.ts';
import { readToolToken } from './tool-token.ts';
import type { Incoming, World } from './world.ts';

const dataClaim = 'https://purl.imsglobal.org/spec/lti-dl/claim/data';
const itemsClaim = 'https://purl.imsglobal.org/spec/lti-dl/claim/content_items';

/** Choosing takes longer than launching. */
const choosingLifetime = launchLifetime * 12;

export async function deepLinks(request: Incoming, world: World): Promise<Response> {
  const launch = world.launches.get(new URLSearchParams(request.query).get('launch') ?? '');
  const read = await readAnswer(request, launch, world);
  if (typeof read === 'string' || launch === null || launch.message.kind !== 'deep-linking') {
    const complaint = typeof read === 'string' ? read : 'nobody was asked to choose anything';
    world.complain('deep-links', complaint);
    return refusedPage(request, world, 400, complaint);
  }
  launch.isReturned = true;
  const { course } = launch.message;
  const links = read.items.map((item) => linkOf(item, launch, world));
  for (const link of links) world.addLink(world.courses.get(course.slug) ?? course, link);
  return addedPage(request, course, links, world);
}

interface Answer {
  readonly items: readonly JsonObject[];
}

async function readAnswer(request: Incoming, launch: Launch | null, world: World): Promise<Answer | string> {
  if (launch?.message.kind !== 'deep-linking') return 'the return address is of no deep linking request';
  if (launch.isReturned) return 'the request was answered before';
  if (world.environment.now() - launch.startedAt > choosingLifetime) return 'the answer comes too late';
  if (mediaTypeOf(request) !== urlEncoded) return `the body is not ${urlEncoded}`;
  const fields = [...new URLSearchParams(request.body)];
  const [[name = '', token = ''] = []] = fields;
  if (fields.length !== 1 || name !== 'JWT') return 'the form has other fields than JWT';
  const claims = await readToolToken(token, launch.tool, [world.issuer], world);
  return typeof claims === 'string' ? claims : judgeClaims(claims, launch, world);
}

function judgeClaims(claims: JsonObject, { tool, data }: Launch, world: World): Answer | string {
  const { acceptTypes, sendsData, multiple } = world.product.deepLinking;
  if (claims[claimOf('message_type')] !== 'LtiDeepLinkingResponse') return 'message_type is not LtiDeepLinkingResponse';
  if (claims[claimOf('version')] !== '1.3.0') return 'version is not 1.3.0';
  if (claims[claimOf('deployment_id')] !== tool.deploymentId) return 'deployment_id is not that of the request';
  if (sendsData ? claims[dataClaim] !== data : dataClaim in claims) return 'data is not exactly that of the request';
  if (typeof claims.nonce !== 'string' || !world.useOnce(`answer ${tool.clientId}`, claims.nonce)) {
    return 'nonce is absent or was used before';
  }
  const items = claims[itemsClaim];
  if (!Array.isArray(items) || !items.every(isItem)) return 'content_items is not a list of items';
  if (!items.every(({ type }) => acceptTypes.includes(String(type))))
    return 'an item is of a type that was not asked for';
  if (items.length > 1 && String(multiple) !== 'true') return 'more than one item was chosen';
  return { items };
}

const isItem = (value: Json): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

function linkOf(item: JsonObject, { tool }: Launch, world: World): Link {
  const custom = item.custom !== undefined && isItem(item.custom) ? Object.entries(item.custom) : [];
  return {
    slug: world
      .opaque()
      .toLowerCase()
      .replaceAll(/[^a-z0-9]/g, '-')
      .slice(0, 64),
    title: typeof item.title === 'string' ? item.title : tool.name,
    tool: tool.slug,
    target: typeof item.url === 'string' ? item.url : null,
    custom: Object.fromEntries(custom.map(([name, value]) => [name, String(value)])),
    isGraded: item.lineItem !== undefined,
  };
}

function addedPage(request: Incoming, { slug }: Course, links: readonly Link[], world: World): Response {
  return page(request, world, {
    status: 200,
    scripts: [],
    frame: 'bare',
    title: (t) => t.activities,
    content: (
      t,
    ) => html`${links.length === 0 ? html`<p data-testid="nothing-added">${t.nothingAdded}</p>` : html`<p class="message" data-testid="added">${t.added} ${links.map(({ title }) => title).join(', ')}</p>`}
<p><a class="button" href="${world.base}/courses/${slug}" target="_top" data-testid="back-to-course">${t.backToCourse}</a></p>`,
  });
}
