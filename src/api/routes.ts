/**
 * `/api/v1`: what programs ask of the broker.
 *
 * Mounted before any route that wants a form of ours: nothing here is done for a browser, and no cookie is looked at, so that no page
 * of another site can do anything with it (I-04).
 */
import { Hono } from 'hono';
import type { WebApp, WebEnv } from '../web/context.ts';
import { answerErrors, refuse } from './answers.ts';
import { type MemberRouteDependencies, memberRoutes } from './member-routes.ts';
import { openApiDocument } from './open-api.ts';
import { type ResultRouteDependencies, resultRoutes } from './result-routes.ts';
import { type ScoreRouteDependencies, scoreRoutes } from './score-routes.ts';

export type ApiDependencies = ScoreRouteDependencies & ResultRouteDependencies & MemberRouteDependencies;

const BASE = '/api/v1';

export function mountApi(app: WebApp, dependencies: ApiDependencies): void {
  const api = new Hono<WebEnv>();
  answerErrors(api, dependencies.log);
  const routes = [...scoreRoutes(dependencies), ...resultRoutes(dependencies), ...memberRoutes(dependencies)];
  for (const { method, path, handle } of routes) api.on(method, path.replaceAll(/\{(\w+)\}/g, ':$1'), handle);
  const document = openApiDocument(routes, dependencies.publicUrl);
  api.get('/openapi.json', (c) => c.json(document, 200));
  api.all('*', (c) => refuse(c, 'not_found'));
  app.route(BASE, api);
}
