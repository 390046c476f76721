/**
 * Basic Outcomes (lti.md §2.6): a tool of LTI 1.1 sends, reads and deletes a result by signed XML.
 *
 * Judged in the order of the real ones: the hash of the body, the signature, then what it says. A refusal of content comes with 200,
 * as platforms send it; only who is not who they say gets 401.
 */

import { createHash } from 'node:crypto';
import { isSigned, readCall, type SignedCall } from '../shared/oauth1-call.ts';
import { mediaTypeOf } from '../shared/received.ts';
import { sourcedIdOf } from './launch-1-1.ts';
import { type Operation, type OutcomeRequest, readOutcome, writeOutcome } from './outcome-xml.ts';
import type { Tool11 } from './tool.ts';
import type { Incoming, World } from './world.ts';

/** How far a timestamp may be off, in seconds. */
const window = 300;

export function outcomes(request: Incoming, world: World): Response {
  const judged = judge(request, world);
  if (typeof judged === 'string') {
    world.complain('outcomes', judged);
    return xml(
      writeOutcome({ major: 'failure', description: judged, operation: null, reference: '', score: null }),
      401,
    );
  }
  const asked = readOutcome(request.body);
  if (typeof asked === 'string') {
    world.complain('outcomes', asked);
    return xml(
      writeOutcome({ major: 'failure', description: asked, operation: null, reference: '', score: null }),
      200,
    );
  }
  return carryOut(asked, judged, world);
}

const xml = (text: string, status: number) =>
  new Response(text, { status, headers: { 'Content-Type': 'application/xml; charset=utf-8' } });

/** Whose call it is, or in words what is wrong with it. */
function judge(request: Incoming, world: World): Tool11 | string {
  if (!['application/xml', 'text/xml'].includes(mediaTypeOf(request))) return 'the body is not application/xml';
  const call = readCall(request);
  if (typeof call === 'string') return call;
  if (call.place !== 'header') return 'the signature is not in the Authorization header';
  const { oauth } = call;
  if (oauth.get('oauth_body_hash') !== createHash('sha1').update(request.body).digest('base64')) {
    return 'oauth_body_hash is absent or not that of the body';
  }
  const tool = [...world.tools.values()].find(
    (each): each is Tool11 => each.version === '1.1' && each.consumerKey === oauth.get('oauth_consumer_key'),
  );
  if (tool === undefined) return 'oauth_consumer_key is absent or not known';
  return judgeSignature(call, tool, world) ?? tool;
}

function judgeSignature(call: SignedCall, tool: Tool11, world: World): string | null {
  const { oauth } = call;
  if (oauth.get('oauth_signature_method') !== 'HMAC-SHA1') return 'oauth_signature_method is not HMAC-SHA1';
  if ((oauth.get('oauth_version') ?? '1.0') !== '1.0') return 'oauth_version is not 1.0';
  const timestamp = oauth.get('oauth_timestamp') ?? '';
  if (!/^\d{10}$/.test(timestamp) || Math.abs(Number(timestamp) - world.seconds) > window) {
    return 'oauth_timestamp is absent or more than five minutes off';
  }
  const signed = { method: 'POST', address: `${world.base}/lti/outcomes` };
  if (!isSigned(call, signed, { method: 'HMAC-SHA1', secret: tool.secret }, '')) return 'the signature is wrong';
  // Last, so that nobody can use up another's.
  const nonce = oauth.get('oauth_nonce') ?? '';
  if (nonce === '' || !world.useOnce(`outcome ${tool.consumerKey}`, `${timestamp} ${nonce}`)) {
    return 'oauth_nonce is absent or was used before';
  }
  return null;
}

function carryOut(asked: OutcomeRequest, tool: Tool11, world: World): Response {
  const { operation, messageId } = asked;
  const answer = (major: 'success' | 'failure' | 'unsupported', description: string, score: string | null = null) => {
    if (major !== 'success') world.complain('outcomes', description);
    return xml(writeOutcome({ major, description, operation, reference: messageId, score }), 200);
  };
  if (!world.product.v11.outcomes.includes(operation)) return answer('unsupported', `${operation} is not supported`);
  const place = placeOf(asked.sourcedId, tool, world);
  if (place === null) return answer('failure', 'the sourcedId is of no result of this tool');
  const before = world.grades.score(place.item, place.person);
  if (operation === 'readResult') {
    return answer('success', 'the result was read', before?.given == null ? '' : String(before.given / before.maximum));
  }
  const score = operation === 'deleteResult' ? null : scoreOf(asked.score);
  if (operation === 'replaceResult' && score === null)
    return answer('failure', 'the score is not a decimal from 0.0 to 1.0');
  world.grades.setScore(place.item, place.person, {
    given: score,
    maximum: 1,
    comment: null,
    activityProgress: 'Completed',
    gradingProgress: 'FullyGraded',
    at: world.environment.now(),
  });
  return answer('success', `${done[operation]} the result`);
}

const done: { readonly [operation in Exclude<Operation, 'readResult'>]: string } = {
  replaceResult: 'replaced',
  deleteResult: 'deleted',
};

/** Found by making each again: what a tool sends back must be exactly what it was given. */
function placeOf(
  sourcedId: string,
  { consumerKey }: Tool11,
  world: World,
): { readonly item: string; readonly person: string } | null {
  for (const { id, owner, course } of world.grades.lineItems) {
    if (owner !== consumerKey) continue;
    for (const person of Object.keys(world.courses.get(course)?.members ?? {})) {
      if (sourcedIdOf(id, person) === sourcedId) return { item: id, person };
    }
  }
  return null;
}

function scoreOf(text: string | null): number | null {
  if (text === null || !/^(0(\.\d+)?|1(\.0+)?)$/.test(text)) return null;
  return Number(text);
}
