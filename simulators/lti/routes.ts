/**
 * The addresses of the campus, below its prefix.
 */

import type { Json } from '../../src/model.ts';
import { json } from '../shared/answers.ts';
import { spoiledKeySet } from '../shared/key-set.ts';
import { publicJwk } from '../shared/keys.ts';
import { authorize } from './authorize.ts';
import { addActivity, askAboutData, openLink, reviewSubmission } from './begin.ts';
import { addFramePage, choosePerson, coursePage, framePage, gradesPage, home, storagePage } from './campus.ts';
import { deepLinks } from './deep-links.ts';
import { changeLineItem, createLineItem, listLineItems, removeLineItem, showLineItem } from './line-items.ts';
import { memberships } from './memberships.ts';
import { concernsKeys } from './misbehaviour.ts';
import { outcomes } from './outcomes.ts';
import { adminPage, beginRegistration, configuration, register } from './registration.ts';
import { listResults, receiveScore } from './scores.ts';
import { serviceToken } from './service-token.ts';
import { staticFile } from './static-files.ts';
import type { Endpoint, Incoming, World } from './world.ts';

export type Handler = (request: Incoming, world: World) => Response | Promise<Response>;
export type Route = readonly [
  method: 'GET' | 'POST' | 'PUT' | 'DELETE',
  path: string,
  endpoint: Endpoint,
  handler: Handler,
];

const link = '/courses/:course/links/:link';
const items = '/lti/courses/:course/line-items';

export const routes: readonly Route[] = [
  ['GET', '/', 'campus', home],
  ['POST', '/session', 'campus', choosePerson],
  ['GET', '/courses/:course', 'campus', coursePage],
  ['GET', '/courses/:course/grades', 'campus', gradesPage],
  ['GET', '/courses/:course/add/:tool', 'campus', addActivity],
  ['GET', '/courses/:course/add/:tool/frame', 'campus', addFramePage],
  ['GET', `${link}/launch`, 'campus', openLink],
  ['GET', `${link}/frame`, 'campus', framePage],
  ['GET', `${link}/review/:person`, 'campus', reviewSubmission],
  ['GET', '/tools/:tool/privacy/:person', 'campus', askAboutData],
  ['GET', '/admin', 'campus', adminPage],
  ['POST', '/admin/registrations', 'campus', beginRegistration],
  ['GET', '/static/:file', 'campus', staticFile],
  ['GET', '/lti/storage', 'campus', storagePage],
  ['GET', '/lti/authorize', 'authorize', authorize],
  ['POST', '/lti/authorize', 'authorize', authorize],
  ['GET', '/lti/jwks', 'jwks', (_, world) => json(keySet(world))],
  ['POST', '/lti/token', 'token', serviceToken],
  ['POST', '/lti/deep-links', 'deep-links', deepLinks],
  ['GET', '/lti/courses/:course/memberships', 'memberships', memberships],
  ['GET', items, 'line-items', listLineItems],
  ['POST', items, 'line-items', createLineItem],
  ['GET', `${items}/:item`, 'line-items', showLineItem],
  ['PUT', `${items}/:item`, 'line-items', changeLineItem],
  ['DELETE', `${items}/:item`, 'line-items', removeLineItem],
  ['POST', `${items}/:item/scores`, 'line-items', receiveScore],
  ['GET', `${items}/:item/results`, 'line-items', listResults],
  ['POST', '/lti/outcomes', 'outcomes', outcomes],
  ['GET', '/.well-known/openid-configuration', 'openid-configuration', configuration],
  ['POST', '/lti/registrations', 'registration', register],
];

function keySet(world: World): Json {
  const how = world.orders.take('jwks', concernsKeys);
  if (how !== null) return spoiledKeySet(how.set, world.keys);
  const keys = world.keys.published.map(publicJwk);
  if (world.product.idToken.keyHasAlgorithm) return { keys };
  return { keys: keys.map(({ alg: _left, ...key }) => key) };
}
