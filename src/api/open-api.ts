/**
 * The OpenAPI document of the API, made from its routes and the schemas by which they judge (OpenAPI 3.1).
 */
import { z } from 'zod';
import type { ApiScope } from '../configuration/client-grants.ts';
import { type ErrorCode, refusals } from '../errors.ts';
import type { JsonObject } from '../model.ts';
import type { ApiRoute } from './route.ts';
import { errorSchema } from './schemas.ts';

const scopeMeanings: { readonly [scope in ApiScope]: string } = {
  'lti:scores': 'give scores of people whom a campus launched into this app',
  'lti:members': 'see who is in courses from which people were launched into this app',
};

const always: readonly ErrorCode[] = [
  'api_token_invalid',
  'api_scope_missing',
  'too_many_requests',
  'request_too_large',
  'internal_error',
  'store_unavailable',
];

export function openApiDocument(routes: readonly ApiRoute[], publicUrl: URL): JsonObject {
  const paths: { [path: string]: { [method: string]: JsonObject } } = {};
  for (const route of routes) paths[route.path] = { ...paths[route.path], [route.method]: operationOf(route) };
  return {
    openapi: '3.1.0',
    info: { title: 'Llavero', version: '1' },
    servers: [{ url: new URL('/api/v1', publicUrl).href }],
    paths,
    components: {
      schemas: { Error: jsonSchema(errorSchema, 'output') },
      securitySchemes: {
        client: {
          type: 'oauth2',
          flows: {
            clientCredentials: {
              tokenUrl: new URL('/oauth2/token', publicUrl).href,
              scopes: scopeMeanings,
            },
          },
        },
      },
    },
  };
}

function operationOf({ path, scope, summary, query, body, answer, refusals: codes }: ApiRoute): JsonObject {
  const parameters = [...pathParameters(path), ...(query === undefined ? [] : queryParameters(query))];
  return {
    summary,
    security: [{ client: [scope] }],
    ...(parameters.length === 0 ? {} : { parameters }),
    ...(body === undefined ? {} : { requestBody: { required: true, ...content(jsonSchema(body, 'input')) } }),
    responses: {
      [answer.status]: { description: 'Done.', ...content(jsonSchema(answer.schema, 'output')) },
      ...refused([...codes, ...always]),
    },
  };
}

const pathParameters = (path: string): JsonObject[] =>
  [...path.matchAll(/\{(\w+)\}/g)].map(([, name = '']) => ({
    ...{ name, in: 'path', required: true, schema: { type: 'string' } },
  }));

function queryParameters(query: z.ZodObject): JsonObject[] {
  const { properties, required } = jsonSchema(query, 'input') as {
    properties: { [name: string]: JsonObject };
    required?: readonly string[];
  };
  return Object.entries(properties).map(([name, schema]) => {
    return { name, in: 'query', required: required?.includes(name) === true, schema };
  });
}

/** By status, as OpenAPI lists them: the code tells them apart. */
function refused(codes: readonly ErrorCode[]): JsonObject {
  const statuses = [...new Set(codes.map((code) => refusals[code].status))].toSorted((a, b) => a - b);
  return Object.fromEntries(
    statuses.map((status) => {
      const ofStatus = codes.filter((code) => refusals[code].status === status);
      return [status, { description: ofStatus.join(', '), ...content({ $ref: '#/components/schemas/Error' }) }];
    }),
  );
}

const content = (schema: JsonObject): JsonObject => ({ content: { 'application/json': { schema } } });

function jsonSchema(schema: z.ZodType, io: 'input' | 'output'): JsonObject {
  const { $schema: _, ...rest } = z.toJSONSchema(schema, { io });
  return rest as unknown as JsonObject;
}
