/**
 * `datosUsuario` and `getRolesUsuarioLogueado`: what a token opens (facts of Llave MX, sections 5 and 6).
 */

import { z } from 'zod';
import { json } from '../shared/answers.ts';
import { mediaTypeOf } from '../shared/received.ts';
import { refuse } from './answers.ts';
import { admit } from './api-access.ts';
import type { Mode } from './application.ts';
import { subjectOf } from './person.ts';
import type { Received } from './received.ts';
import type { World } from './world.ts';

export function userData(mode: Mode, received: Received, world: World): Response {
  const access = admit(mode, received, world, 'user-data');
  return access.granted ? json(access.token.person.userData) : access.response;
}

const rolesBody = z.object({ idUsuario: z.union([z.string(), z.number()]), idSistema: z.string() });

export function roles(mode: Mode, received: Received, world: World): Response {
  const access = admit(mode, received, world, 'roles');
  if (!access.granted) return access.response;
  const { application, person } = access.token;
  const complaint = judgeRolesBody(received, subjectOf(person), application.clientId);
  if (complaint === null) return json(person.roles);
  world.complain('roles', complaint);
  return refuse('invalid_request', person.errors);
}

function judgeRolesBody(received: Received, subject: string, clientId: string): string | null {
  if (mediaTypeOf(received) !== 'application/json') return 'the body is not application/json';
  let sent: unknown;
  try {
    sent = JSON.parse(received.body);
  } catch {
    return 'the body is not JSON';
  }
  const body = rolesBody.safeParse(sent).data;
  if (body === undefined) return 'the body has no idUsuario or no idSistema';
  if (String(body.idUsuario) !== subject) return 'idUsuario is not the person of the token';
  if (body.idSistema !== clientId) return 'idSistema is not the client id of the token';
  return null;
}
