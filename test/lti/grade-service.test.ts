/**
 * Scores to campuses by Assignment and Grade Services, and the tokens for it, against the practice campus (lti.md §3.12).
 */
import assert from 'node:assert/strict';
import { createPublicKey, verify } from 'node:crypto';
import { test } from 'node:test';
import { SignInError } from '../../src/errors.ts';
import type { OutboundRequest } from '../../src/http.ts';
import type { ScoreDestination } from '../../src/lti/score.ts';
import {
  createLineItem,
  deleteLineItem,
  listLineItems,
  readLineItem,
  updateLineItem,
} from '../../src/lti/services/line-items.ts';
import { scopes } from '../../src/lti/services/scopes.ts';
import { readResults } from '../../src/lti/services/scores.ts';
import { createSendScore } from '../../src/lti/services/send-score.ts';
import { ServiceError } from '../../src/lti/services/service-error.ts';
import {
  answerWith,
  CAMPUS,
  COURSE,
  createServiceWorld,
  ourKey,
  type ServiceWorld,
  scoreAt,
  tool13,
} from './service-world.ts';

const products = ['plain', 'canvas', 'moodle', 'blackboard', 'd2l', 'sakai', 'schoology', 'open-edx'] as const;
const GRADED = 'mat-101.llavero-tarea';
type GradeService = Extract<ScoreDestination, { kind: 'grade-service' }>;

const gradeService = (world: ServiceWorld, link = 'llavero-tarea', person = 'alumna'): GradeService => {
  const destination = world.destination(person, link);
  return destination.kind === 'grade-service' ? destination : assert.fail();
};

for (const product of products) {
  test(`${product}: a score arrives in the column of its link, and is read as a result`, async () => {
    const world = createServiceWorld(product);
    const send = createSendScore(world.ports);
    const destination = gradeService(world);
    const score = scoreAt(world.now(), { comment: 'Bien, Ñandú' });
    assert.deepEqual(await send(destination, score), { kind: 'sent' });
    const kept = world.simulator.score(GRADED, 'alumna');
    assert.deepEqual([kept?.given, kept?.maximum, kept?.comment, kept?.at], [8.5, 10, 'Bien, Ñandú', world.now()]);
    const { client, errand } = world.client();
    const results = await readResults(client, errand, { lineItem: new URL(destination.lineItem ?? ''), userId: null });
    assert.deepEqual(results, {
      items: [{ userId: destination.userId, score: 85, maximum: 100, comment: 'Bien, Ñandú' }],
      ...{ unreadable: 0, pages: 1, isWhole: true },
    });
    assert.deepEqual(world.simulator.complaints, []);
  });
}

test('case 57: at Moodle a score goes below the path of its column, before the query', async () => {
  const world = createServiceWorld('moodle');
  const destination = gradeService(world);
  assert.match(destination.lineItem ?? '', /\?type_id=3$/);
  await createSendScore(world.ports)(destination, scoreAt(world.now()));
  assert.deepEqual(
    world.callsTo('/scores').map(({ url }) => url.href),
    [destination.lineItem?.replace('?type_id=3', '/scores?type_id=3')],
  );
});

test('a score without points takes away what the campus had', async () => {
  const world = createServiceWorld();
  const send = createSendScore(world.ports);
  await send(gradeService(world), scoreAt(world.now()));
  const reset = scoreAt(world.now() + 1, { points: null, activityProgress: 'Started', gradingProgress: 'NotReady' });
  assert.deepEqual(await send(gradeService(world), reset), { kind: 'sent' });
  assert.equal(world.simulator.score(GRADED, 'alumna')?.given, null);
});

// ---------------------------------------------------------------------------------------------------------- tokens

const partsOf = (request: OutboundRequest) => {
  const jwt = new URLSearchParams(request.body ?? '').get('client_assertion') ?? assert.fail();
  const [header = '', payload = '', signature = ''] = jwt.split('.');
  const decode = (part: string) => JSON.parse(Buffer.from(part, 'base64url').toString('utf8'));
  return { header: decode(header), claims: decode(payload), signed: `${header}.${payload}`, signature };
};

test('case 55: the assertion is ours, for the audience of the registration, short, and never the same', async () => {
  const world = createServiceWorld('d2l');
  const { client, errand } = world.client();
  const container = new URL(gradeService(world).lineItems ?? '');
  for (const scope of [scopes.lineItems, scopes.lineItemsReadOnly]) {
    await listLineItems(client, errand, { container, scope, resourceLinkId: null });
  }
  const asked = world.callsTo('/lti/token').map(partsOf);
  assert.equal(asked.length, 2);
  assert.notEqual(asked[0]?.claims.jti, asked[1]?.claims.jti);
  for (const { header, claims, signed, signature } of asked) {
    assert.deepEqual(header, { alg: 'RS256', typ: 'JWT', kid: ourKey.kid });
    const { iss, sub, aud, iat, exp } = claims;
    assert.deepEqual([iss, sub, aud], [tool13.clientId, tool13.clientId, `${CAMPUS}/core/connect/token`]);
    assert.equal(iat, world.now() / 1000);
    assert.ok(exp - iat <= 300);
    const key = createPublicKey({ key: ourKey.jwk as never, format: 'jwk' });
    assert.ok(verify('sha256', Buffer.from(signed), key, Buffer.from(signature, 'base64url')));
  }
});

test('case 55: where no audience is configured it is the token endpoint', async () => {
  const world = createServiceWorld('plain', { platform: { token_audience: null } });
  assert.deepEqual(await createSendScore(world.ports)(gradeService(world), scoreAt(world.now())), { kind: 'sent' });
});

/** The true answer of the token endpoint, changed; `undefined` takes a member out. */
const changeToken = (world: ServiceWorld, changes: { readonly [name: string]: unknown }) =>
  world.wrap(async (request, next) => {
    const answer = await next(request);
    if (!request.url.pathname.endsWith('/lti/token')) return answer;
    return { ...answer, body: JSON.stringify({ ...JSON.parse(answer.body), ...changes }) };
  });

const understood: readonly (readonly [what: string, changes: { readonly [name: string]: unknown }, seconds: number])[] =
  [
    ['BEARER', { token_type: 'BEARER' }, 3540],
    ['no scope, which is what was asked for', { scope: undefined }, 3540],
    ['more scopes', { scope: `${scopes.lineItems} ${scopes.scores}` }, 3540],
    ['no expires_in', { expires_in: undefined }, 240],
    ['expires_in of null', { expires_in: null }, 240],
    ['expires_in as text', { expires_in: '600' }, 540],
    ['expires_in of a year', { expires_in: 31_536_000 }, 86_340],
  ];

for (const [what, changes, seconds] of understood) {
  test(`case 55: a token with ${what} is used for ${seconds} s and no longer`, async () => {
    const world = createServiceWorld();
    changeToken(world, changes);
    const { tokens, errand } = world.client();
    const get = () => tokens.get(errand, [scopes.scores]);
    const first = await get();
    world.pass(seconds * 1000 - 1);
    assert.equal(await get(), first);
    assert.equal(world.callsTo('/lti/token').length, 1);
    world.pass(1);
    assert.notEqual(await get(), first);
    assert.equal(world.callsTo('/lti/token').length, 2);
  });
}

test('case 55: a token of a minute or less serves the call that asked for it', async () => {
  const world = createServiceWorld();
  changeToken(world, { expires_in: 60 });
  const send = createSendScore(world.ports);
  assert.deepEqual(await send(gradeService(world), scoreAt(world.now())), { kind: 'sent' });
  assert.deepEqual(await send(gradeService(world), scoreAt(world.now() + 1)), { kind: 'sent' });
  assert.equal(world.callsTo('/lti/token').length, 2);
});

test('case 55: a narrower scope is noticed before anything is sent', async () => {
  const world = createServiceWorld();
  changeToken(world, { scope: scopes.lineItems });
  const delivery = await createSendScore(world.ports)(gradeService(world), scoreAt(world.now()));
  assert.deepEqual(delivery.kind === 'sent' || [delivery.kind, delivery.code], ['later', 'scope_not_granted']);
  assert.equal(world.callsTo('/scores').length, 0);
});

test('case 55: a tool that may not send scores at the campus is told so in words', async () => {
  const world = createServiceWorld('plain', { tools: [{ ...tool13, scopes: [scopes.memberships] }] });
  // The launch came when it still might.
  const destination = gradeService(createServiceWorld());
  const delivery = await createSendScore(world.ports)(destination, scoreAt(world.now()));
  assert.deepEqual(delivery.kind === 'sent' || [delivery.kind, delivery.code, delivery.status], [
    ...['later', 'scope_not_granted', 400],
  ]);
});

test('case 55: one 401 drops the token and asks anew, once; the second is the last word', async () => {
  const world = createServiceWorld();
  const send = createSendScore(world.ports);
  await send(gradeService(world), scoreAt(world.now()));
  const refuse = (times: number) => {
    let left = times;
    world.wrap(async (request, next) => {
      if (!request.url.pathname.endsWith('/scores') || left === 0) return next(request);
      left -= 1;
      return answerWith(401);
    });
  };
  // The campus forgot the token before its time.
  refuse(1);
  assert.deepEqual(await send(gradeService(world), scoreAt(world.now() + 1)), { kind: 'sent' });
  assert.equal(world.callsTo('/lti/token').length, 2);
  refuse(2);
  const delivery = await send(gradeService(world), scoreAt(world.now() + 2));
  assert.deepEqual(delivery.kind === 'sent' || [delivery.kind, delivery.code], ['later', 'token_not_accepted']);
  assert.equal(world.callsTo('/lti/token').length, 3);
  // What was given up is not used again.
  assert.deepEqual(await send(gradeService(world), scoreAt(world.now() + 3)), { kind: 'sent' });
  assert.equal(world.callsTo('/lti/token').length, 4);
});

test('50 scores at once ask for one token', async () => {
  const world = createServiceWorld();
  const send = createSendScore(world.ports);
  const destinations = Array.from({ length: 50 }, (_, index) =>
    gradeService(world, 'llavero-tarea', index % 2 === 0 ? 'alumna' : 'alumno'),
  );
  const sent = await Promise.all(destinations.map((one, index) => send(one, scoreAt(world.now() + index))));
  assert.ok(sent.every(({ kind }) => kind === 'sent'));
  assert.equal(world.callsTo('/lti/token').length, 1);
});

test('50 calls that are refused with 401 at once ask for one token more', async () => {
  const world = createServiceWorld();
  const { client, errand } = world.client();
  const asked = {
    container: new URL(gradeService(world).lineItems ?? ''),
    scope: scopes.lineItems,
    resourceLinkId: null,
  };
  await listLineItems(client, errand, asked);
  const [first] = world.callsTo('/line-items');
  world.wrap(async (request, next) =>
    request.headers.authorization === first?.headers.authorization ? answerWith(401) : next(request),
  );
  await Promise.all(Array.from({ length: 50 }, () => listLineItems(client, errand, asked)));
  assert.equal(world.callsTo('/lti/token').length, 2);
});

test('a 401 that comes late takes nobody the token that came since', async () => {
  const world = createServiceWorld();
  const { client, errand } = world.client();
  const asked = {
    container: new URL(gradeService(world).lineItems ?? ''),
    scope: scopes.lineItems,
    resourceLinkId: null,
  };
  await listLineItems(client, errand, asked);
  const old = world.callsTo('/line-items')[0]?.headers.authorization;
  const held = Promise.withResolvers<void>();
  let refused = 0;
  world.wrap(async (request, next) => {
    if (request.headers.authorization !== old) return next(request);
    refused += 1;
    if (refused === 2) await held.promise;
    return answerWith(401);
  });
  const [first, late] = [listLineItems(client, errand, asked), listLineItems(client, errand, asked)];
  await first;
  held.resolve();
  await late;
  assert.deepEqual([refused, world.callsTo('/lti/token').length], [2, 2]);
});

test('a request for a token that failed is asked again by the next', async () => {
  const world = createServiceWorld();
  const send = createSendScore(world.ports);
  world.simulator.misbehave({ endpoint: 'token', how: { kind: 'status-500' }, times: 1 });
  const delivery = await send(gradeService(world), scoreAt(world.now()));
  assert.deepEqual(delivery.kind === 'sent' || [delivery.kind, delivery.code, delivery.status], [
    ...['later', 'service_failed', 500],
  ]);
  assert.deepEqual(await send(gradeService(world), scoreAt(world.now())), { kind: 'sent' });
});

/** As cases 47 and 48 have it for launches: another type is refused, and crashes nothing. */
const wrongTypes: readonly { readonly [name: string]: unknown }[] = [
  { access_token: undefined },
  { access_token: '' },
  { access_token: 7 },
  { access_token: 'a\r\nx-more: 1' },
  { access_token: 'x'.repeat(20_000) },
  { token_type: undefined },
  { token_type: 'mac' },
  { token_type: ['bearer'] },
  { expires_in: {} },
  { expires_in: -1 },
  { expires_in: 'soon' },
  { scope: [scopes.scores] },
];

for (const changes of wrongTypes) {
  test(`case 55: a token answer is none with ${JSON.stringify(changes).slice(0, 60)}`, async () => {
    const world = createServiceWorld();
    changeToken(world, changes);
    const delivery = await createSendScore(world.ports)(gradeService(world), scoreAt(world.now()));
    assert.deepEqual(delivery.kind === 'sent' || [delivery.kind, delivery.code], ['later', 'answer_unreadable']);
    assert.equal(world.callsTo('/scores').length, 0);
  });
}

const tokenFaults: readonly (readonly [body: string, status: number, code: string])[] = [
  ['{"error":"invalid_client"}', 400, 'client_not_accepted'],
  ['{"error":"unauthorized_client"}', 400, 'client_not_accepted'],
  ['', 401, 'client_not_accepted'],
  ['{"error":"invalid_scope"}', 400, 'scope_not_granted'],
  ['{"error":"invalid_grant"}', 400, 'token_refused'],
  ['{"error":{}}', 400, 'answer_unreadable'],
  ['<html>', 200, 'answer_unreadable'],
  ['[]', 200, 'answer_unreadable'],
  ['{"access_token":"a","access_token":"b","token_type":"bearer"}', 200, 'answer_unreadable'],
  ['', 302, 'answer_unreadable'],
];

for (const [body, status, code] of tokenFaults) {
  test(`the token endpoint answers ${status} ${body}: ${code}, for another time`, async () => {
    const world = createServiceWorld();
    world.wrap(async () => answerWith(status, body));
    const delivery = await createSendScore(world.ports)(gradeService(world), scoreAt(world.now()));
    assert.deepEqual(delivery.kind === 'sent' || [delivery.kind, delivery.code], ['later', code]);
    assert.ok(!JSON.stringify(delivery).includes('html'));
  });
}

// ---------------------------------------------------------------------------------------------------------- refusals

const refusals: readonly (readonly [status: number, kind: 'later' | 'never', code: string, body?: string])[] = [
  [400, 'never', 'refused'],
  [403, 'later', 'forbidden'],
  [404, 'never', 'not_found'],
  [408, 'later', 'service_failed'],
  [409, 'never', 'not_newer'],
  [410, 'never', 'not_found'],
  [413, 'never', 'refused'],
  [422, 'never', 'not_gradable'],
  [429, 'later', 'too_many_calls'],
  [500, 'later', 'service_failed'],
  [503, 'later', 'service_failed'],
  [302, 'later', 'answer_unreadable'],
  [200, 'later', 'answer_unreadable', ' <!doctype html><title>Sign in</title>'],
];

for (const [status, kind, code, body = ''] of refusals) {
  test(`a score that is answered with ${status}${body} is tried ${kind}: ${code}`, async () => {
    const world = createServiceWorld();
    world.wrap(async (request, next) =>
      request.url.pathname.endsWith('/scores')
        ? answerWith(status, body, { location: 'https://evil.test/' })
        : next(request),
    );
    const delivery = await createSendScore(world.ports)(gradeService(world), scoreAt(world.now()));
    assert.deepEqual(delivery.kind === 'sent' || [delivery.kind, delivery.code, delivery.status], [kind, code, status]);
    assert.equal(world.callsTo('/scores').length, 1);
  });
}

for (const status of [200, 201, 202, 204]) {
  test(`a score that is answered with ${status} is sent`, async () => {
    const world = createServiceWorld();
    const type = { 'content-type': 'text/html; charset=utf-8' };
    world.wrap(async (request, next) =>
      request.url.pathname.endsWith('/scores') ? answerWith(status, '', type) : next(request),
    );
    assert.deepEqual(await createSendScore(world.ports)(gradeService(world), scoreAt(world.now())), { kind: 'sent' });
  });
}

test('the campus itself refuses: an earlier score, somebody who gets no grades, a column that was taken away', async () => {
  const world = createServiceWorld('d2l');
  const send = createSendScore(world.ports);
  const codeOf = async (destination: ScoreDestination, at: number, given = 8) => {
    const delivery = await send(destination, scoreAt(at, { points: { given, maximum: 10 } }));
    return delivery.kind === 'sent' ? 'sent' : `${delivery.kind} ${delivery.code} ${delivery.status}`;
  };
  assert.equal(await codeOf(gradeService(world), world.now()), 'sent');
  assert.equal(await codeOf(gradeService(world), world.now() - 1, 3), 'never not_newer 409');
  assert.equal(await codeOf(gradeService(world, 'llavero-tarea', 'profesora'), world.now()), 'never not_gradable 422');
  assert.equal(await codeOf({ ...gradeService(world), userId: 'nobody' }, world.now() + 1), 'never not_found 404');
  const destination = gradeService(world);
  const { client, errand } = world.client();
  await deleteLineItem(client, errand, new URL(destination.lineItem ?? ''));
  assert.equal(await codeOf(destination, world.now() + 2), 'never not_found 404');
  await deleteLineItem(client, errand, new URL(destination.lineItem ?? ''));
});

test('a score whose answer was lost is found to have arrived when it is sent again', async () => {
  for (const points of [{ given: 1, maximum: 3 }, { given: 12, maximum: 10 }, null]) {
    const world = createServiceWorld();
    let isLost = true;
    world.wrap(async (request, next) => {
      const answer = await next(request);
      if (!isLost || !request.url.pathname.endsWith('/scores')) return answer;
      isLost = false;
      throw new SignInError('provider_timeout', 'campus.test: no complete answer');
    });
    const send = createSendScore(world.ports);
    const score = scoreAt(world.now(), { points });
    const lost = await send(gradeService(world), score);
    assert.deepEqual(lost.kind === 'sent' || [lost.kind, lost.code], ['later', 'provider_timeout']);
    assert.deepEqual(await send(gradeService(world), score), { kind: 'sent' });
    // Another score of that moment is not there.
    const other = await send(gradeService(world), { ...score, points: { given: 5, maximum: 10 } });
    assert.deepEqual(other.kind === 'sent' || [other.kind, other.code], ['never', 'not_newer']);
    // Where we may not look, or cannot, it is not known to be there.
    const blind = { ...gradeService(world), scopes: [scopes.scores] };
    assert.equal((await send(blind, score)).kind, 'never');
    world.wrap(async (request, next) => (request.url.pathname.endsWith('/results') ? answerWith(500) : next(request)));
    assert.equal((await send(gradeService(world), score)).kind, 'never');
  }
});

test('two scores within a second are seen to follow each other', async () => {
  const world = createServiceWorld();
  const send = createSendScore(world.ports);
  for (const [after, given] of [
    [0, 1],
    [1, 2],
    [2, 3],
  ] as const) {
    const score = scoreAt(world.now() + after, { points: { given, maximum: 10 } });
    assert.deepEqual(await send(gradeService(world), score), { kind: 'sent' });
  }
  assert.equal(world.simulator.score(GRADED, 'alumna')?.given, 3);
});

const rests: readonly (readonly [retryAfter: string | null, seconds: number])[] = [
  [null, 30],
  ['120', 120],
  ['0', 1],
  ['Thu, 09 Oct 2025 08:54:20 GMT', 60],
  ['soon', 30],
  ['999999', 3600],
];

for (const [field, seconds] of rests) {
  test(`a campus that answers 429 with Retry-After ${field} is left alone for ${seconds} s`, async () => {
    const world = createServiceWorld();
    const send = createSendScore(world.ports);
    world.wrap(async () => answerWith(429, '', field === null ? {} : { 'retry-after': field }));
    const codes = async () => {
      const delivery = await send(gradeService(world), scoreAt(world.now()));
      return delivery.kind === 'sent' ? 'sent' : `${delivery.kind} ${delivery.code}`;
    };
    assert.equal(await codes(), 'later too_many_calls');
    world.wrap((request, next) => next(request));
    world.pass(seconds * 1000 - 1);
    assert.equal(await codes(), 'later too_many_calls');
    assert.equal(world.calls.length, 1);
    world.pass(1);
    assert.equal(await codes(), 'sent');
  });
}

test('a campus that answers slowly ends the errand within its time', async () => {
  const world = createServiceWorld();
  world.wrap(async (request, next) => {
    world.pass(4_900);
    return next(request);
  });
  const begun = world.now();
  const delivery = await createSendScore(world.ports)(gradeService(world, 'llavero-curso'), scoreAt(world.now()));
  assert.deepEqual(delivery.kind === 'sent' || [delivery.kind, delivery.code], ['later', 'provider_timeout']);
  assert.ok(world.now() - begun < 20_000);
});

test('a campus that is not reached, not configured, switched off, or named an address that is none', async () => {
  const world = createServiceWorld();
  const destination = gradeService(world);
  const codeOf = async (one: ScoreDestination, from = world) => {
    const delivery = await createSendScore(from.ports)(one, scoreAt(from.now()));
    return delivery.kind === 'sent' ? 'sent' : `${delivery.kind} ${delivery.code}`;
  };
  assert.equal(await codeOf({ ...destination, lineItem: 'https://elsewhere.test/1' }), 'later provider_unreachable');
  assert.equal(await codeOf({ ...destination, registration: 'other' }), 'never campus_unknown');
  assert.equal(await codeOf({ ...destination, lineItem: 'javascript:alert(1)' }), 'never address_unusable');
  const off = createServiceWorld('plain', { platform: { enabled: false } });
  assert.equal(await codeOf(gradeService(off), off), 'later campus_disabled');
  assert.equal(off.calls.length, 0);
});

// ---------------------------------------------------------------------------------------------------------- columns

const LINK = 'llavero-curso';
const columnsOf = (world: ServiceWorld) => world.simulator.lineItems.filter(({ link }) => link === LINK);

test('a link without a column gets one, where the launch lets us make it, and keeps it', async () => {
  const world = createServiceWorld();
  const send = createSendScore(world.ports);
  const destination = gradeService(world, LINK);
  assert.equal(destination.lineItem, null);
  assert.deepEqual(await send(destination, scoreAt(world.now())), { kind: 'sent' });
  assert.deepEqual(await send(destination, scoreAt(world.now() + 1)), { kind: 'sent' });
  assert.deepEqual(
    columnsOf(world).map(({ scoreMaximum }) => scoreMaximum),
    [10],
  );
  assert.equal(world.simulator.score(columnsOf(world)[0]?.id ?? '', 'alumna')?.at, world.now() + 1);
  assert.deepEqual(world.simulator.complaints, []);
});

test('50 scores at once for a link without a column make one', async () => {
  const world = createServiceWorld();
  const send = createSendScore(world.ports);
  const sent = await Promise.all(
    Array.from({ length: 50 }, (_, index) => send(gradeService(world, LINK), scoreAt(world.now() + index))),
  );
  assert.ok(sent.every(({ kind }) => kind === 'sent'));
  assert.equal(columnsOf(world).length, 1);
  assert.equal(
    world.callsTo('/line-items').filter(({ method }) => method === 'POST').length,
    1,
    'none was made in vain',
  );
});

test('two processes at once make one column, and both scores are in it', async () => {
  const world = createServiceWorld();
  const bothHaveLooked = Promise.withResolvers<void>();
  let looked = 0;
  let made = 0;
  world.wrap(async (request, next) => {
    const isList = request.url.pathname.endsWith('/line-items');
    const answer = await next(request);
    if (isList && request.method === 'POST') made += 1;
    if (!isList || request.method !== 'GET' || answer.body !== '[]') return answer;
    looked += 1;
    if (looked === 2) bothHaveLooked.resolve();
    await bothHaveLooked.promise;
    return answer;
  });
  const people = ['alumna', 'alumno'];
  const sent = await Promise.all(
    people.map((person) => createSendScore(world.ports)(gradeService(world, LINK, person), scoreAt(world.now()))),
  );
  assert.deepEqual([sent.map(({ kind }) => kind), made], [['sent', 'sent'], 2]);
  const columns = columnsOf(world);
  assert.equal(columns.length, 1);
  for (const person of people) assert.equal(world.simulator.score(columns[0]?.id ?? '', person)?.given, 8.5);
});

test('a campus that refuses a second column of one link is looked at again', async () => {
  const world = createServiceWorld();
  world.wrap(async (request, next) => {
    if (request.method !== 'POST' || !request.url.pathname.endsWith('/line-items')) return next(request);
    await next(request);
    return answerWith(409);
  });
  const send = createSendScore(world.ports);
  assert.deepEqual(await send(gradeService(world, LINK), scoreAt(world.now())), { kind: 'sent' });
  assert.equal(columnsOf(world).length, 1);
});

test('no column is made where the launch did not let us', async () => {
  const world = createServiceWorld();
  const destination = gradeService(world, LINK);
  const allowed: readonly (readonly [scopes: readonly string[], calls: number])[] = [
    [[scopes.scores, scopes.lineItemsReadOnly], 1],
    [[scopes.scores], 0],
    [[], 0],
  ];
  for (const [scopesAllowed, calls] of allowed) {
    world.calls.length = 0;
    const delivery = await createSendScore(world.ports)(
      { ...destination, scopes: scopesAllowed },
      scoreAt(world.now()),
    );
    assert.deepEqual(delivery.kind === 'sent' || [delivery.kind, delivery.code], ['never', 'no_line_item']);
    assert.equal(world.callsTo('/line-items').length, calls);
  }
  const without = await createSendScore(world.ports)({ ...destination, lineItems: null }, scoreAt(world.now()));
  assert.deepEqual(without.kind === 'sent' || [without.kind, without.code], ['never', 'no_line_item']);
  assert.equal(columnsOf(world).length, 0);
});

test('a column of another link is not taken, also where the campus does not look for the link itself', async () => {
  const world = createServiceWorld();
  await createSendScore(world.ports)(gradeService(world), scoreAt(world.now()));
  world.wrap((request, next) => {
    const url = new URL(request.url);
    url.searchParams.delete('resource_link_id');
    return next({ ...request, url });
  });
  assert.deepEqual(await createSendScore(world.ports)(gradeService(world, LINK), scoreAt(world.now())), {
    kind: 'sent',
  });
  assert.equal(columnsOf(world).length, 1);
  assert.equal(world.simulator.score(columnsOf(world)[0]?.id ?? '', 'alumna')?.given, 8.5);
});

/** The list of columns as another campus would answer it. */
const changeList = (world: ServiceWorld, change: (items: readonly object[]) => readonly object[], link?: string) =>
  world.wrap(async (request, next) => {
    const answer = await next(request);
    if (request.method !== 'GET' || !request.url.pathname.endsWith('/line-items')) return answer;
    const headers = link === undefined ? answer.headers : { ...answer.headers, link };
    return { ...answer, headers, body: JSON.stringify(change(JSON.parse(answer.body))) };
  });

test('a column that we made is found again where the campus does not tell its link', async () => {
  const world = createServiceWorld();
  changeList(world, (items) => items.map((item) => ({ ...item, resourceLinkId: undefined })));
  for (const after of [0, 1]) {
    const delivery = await createSendScore(world.ports)(gradeService(world, LINK), scoreAt(world.now() + after));
    assert.deepEqual(delivery, { kind: 'sent' });
  }
  assert.equal(columnsOf(world).length, 1);
});

test('a campus that does not show what we made is not given a column by each score', async () => {
  const world = createServiceWorld();
  changeList(world, () => []);
  const hidden = await createSendScore(world.ports)(gradeService(world, LINK), scoreAt(world.now()));
  assert.deepEqual(hidden.kind === 'sent' || [hidden.kind, hidden.code], ['never', 'no_line_item']);
  changeList(world, () => [], `<${gradeService(world, LINK).lineItems}>; rel="next"`);
  const endless = await createSendScore(world.ports)(gradeService(world, LINK), scoreAt(world.now()));
  assert.deepEqual(endless.kind === 'sent' || [endless.kind, endless.code], ['later', 'answer_unreadable']);
  assert.equal(columnsOf(world).length, 0);
});

for (const product of ['plain', 'moodle'] as const) {
  test(`${product}: columns are made, listed a page at a time, read, changed and taken away`, async () => {
    const world = createServiceWorld(product);
    const { client, errand } = world.client();
    const lineItems = gradeService(world, LINK).lineItems ?? '';
    const container = new URL(lineItems);
    const optional = { resourceLinkId: null, resourceId: null, tag: 'examen' };
    for (let number = 1; number <= 25; number += 1) {
      await createLineItem(client, errand, container, { label: `Examen ${number}`, scoreMaximum: 20, ...optional });
    }
    const asked = { container, scope: scopes.lineItemsReadOnly, resourceLinkId: null };
    const listed = await listLineItems(client, errand, asked);
    assert.deepEqual([listed.items.length, listed.unreadable, listed.isWhole], [25, 0, true]);
    const [first] = listed.items;
    assert.ok(first);
    await updateLineItem(client, errand, { ...first, label: 'Final', tag: null });
    const read = await readLineItem(client, errand, first.address, scopes.lineItemsReadOnly);
    assert.deepEqual([read.label, read.tag, read.scoreMaximum], ['Final', null, 20]);
    await deleteLineItem(client, errand, first.address);
    assert.equal((await listLineItems(client, errand, asked)).items.length, 24);
    await assert.rejects(readLineItem(client, errand, first.address, scopes.lineItems), ServiceError);
  });
}

const wrongItems: readonly object[] = [
  { id: undefined },
  { id: 7 },
  { id: 'javascript:x' },
  { id: 'https://evil.test/1' },
  { label: 7 },
  { scoreMaximum: '10' },
  { scoreMaximum: 0 },
  { resourceLinkId: {} },
];

for (const changes of wrongItems) {
  test(`a column that is answered with ${JSON.stringify(changes)} is not used`, async () => {
    const world = createServiceWorld();
    const resourceLinkId = `${COURSE}.${LINK}`;
    const item = {
      id: `${CAMPUS}/lti/courses/mat-101/line-items/1`,
      label: 'x',
      scoreMaximum: 10,
      resourceLinkId,
      ...changes,
    };
    world.wrap(async (request, next) => {
      if (!request.url.pathname.endsWith('/line-items')) return next(request);
      return answerWith(request.method === 'GET' ? 200 : 201, JSON.stringify(request.method === 'GET' ? [item] : item));
    });
    const delivery = await createSendScore(world.ports)(gradeService(world, LINK), scoreAt(world.now()));
    assert.deepEqual(delivery.kind === 'sent' || [delivery.kind, delivery.code], ['later', 'answer_unreadable']);
    assert.ok(world.calls.every(({ url }) => url.host === 'campus.test'));
  });
}
