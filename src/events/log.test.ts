import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { SignInError } from '../errors.ts';
import { createLog, type Log, type LogEvent, type LogLevel } from './log.ts';
import { mask } from './mask.ts';

interface Captured {
  readonly log: Log;
  /** What was written, as it was written. */
  text(): string;
  lines(): Record<string, unknown>[];
}

function capture({ level = 'debug', showPlaces = true }: { level?: LogLevel; showPlaces?: boolean } = {}): Captured {
  let text = '';
  const destination = {
    write(part: string) {
      text += part;
    },
  };
  const environment = { now: () => Date.UTC(2026, 10, 21, 12) };
  const log = createLog({ level, environment, showPlaces, destination });
  const lines = () =>
    text
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line));
  return { log, text: () => text, lines };
}

describe('a line', () => {
  it('is the event with its fields, the level in words and the time of the clock given', () => {
    const { log, text } = capture();
    log.info({ event: 'sign_in.succeeded', provider: 'llave-mx', clientId: 'lms', durationMs: 41, reference: 'K7QP' });
    assert.equal(
      text(),
      '{"level":"info","time":"2026-11-21T12:00:00.000Z","event":"sign_in.succeeded","provider":"llave-mx",' +
        '"clientId":"lms","durationMs":41,"reference":"K7QP"}\n',
    );
  });

  it('leaves out what is null', () => {
    const { log, lines } = capture();
    log.warn({ event: 'sign_in.refused', code: 'provider_denied', clientId: null });
    assert.deepEqual(Object.keys(lines()[0] ?? {}), ['level', 'time', 'event', 'code']);
  });

  it('is not written below the level', () => {
    const { log, lines } = capture({ level: 'warn' });
    log.debug({ event: 'a.debug' });
    log.info({ event: 'a.info' });
    log.warn({ event: 'a.warn' });
    log.error({ event: 'a.error' });
    assert.deepEqual(
      lines().map(({ event }) => event),
      ['a.warn', 'a.error'],
    );
  });

  it('of a child has the fields of the child, each once; its own fields win', () => {
    const { log, lines, text } = capture();
    const child = log.child({ reference: 'K7QP', provider: 'google' }).child({ clientId: 'lms' });
    child.info({ event: 'a.child', provider: 'llave-mx' });
    const [line] = lines();
    assert.deepEqual([line?.reference, line?.provider, line?.clientId], ['K7QP', 'llave-mx', 'lms']);
    assert.equal(text().match(/"provider"/g)?.length, 1);
  });
});

describe('M-01: the allow-list', () => {
  it('drops every field that is not on it, whatever the compiler was told', () => {
    const { log, text } = capture();
    const smuggled = {
      event: 'a.smuggle',
      password: 'canary',
      headers: { cookie: 'canary' },
      url: 'https://lms.example/?code=canary',
      msg: 'canary',
      err: new Error('canary'),
      error: { message: 'canary' },
      req: { headers: 'canary' },
      toJSON: () => 'canary',
      ['__proto__']: { detail: 'canary' },
      constructor: 'canary',
    } as unknown as LogEvent;
    log.info(smuggled);
    log.child(smuggled).error(smuggled);
    assert.doesNotMatch(text(), /canary/);
    assert.match(text(), /"event":"a\.smuggle"/);
  });

  it('drops values of another kind than the field has', () => {
    const { log, lines } = capture();
    const wrong = {
      event: 'a.wrong',
      detail: { secret: 'canary' },
      status: 'canary',
      code: ['canary'],
      count: Number.NaN,
    };
    log.info(wrong as unknown as LogEvent);
    assert.deepEqual(Object.keys(lines()[0] ?? {}), ['level', 'time', 'event']);
  });

  it('M-02: a route keeps no query', () => {
    const { log, lines } = capture();
    log.info({ event: 'a.request', route: '/callback/llave-mx?code=canary&state=canary' });
    log.info({ event: 'a.request', route: '/callback/:provider#id_token=canary' });
    assert.deepEqual(
      lines().map(({ route }) => route),
      ['/callback/llave-mx', '/callback/:provider'],
    );
  });
});

describe('M-03: log injection', () => {
  const hostile = [
    '\r\n{"level":"info","event":"fake"}',
    '\u001b[31mred\u001b[0m \u009b2J',
    'a\u2028b\u2029c',
    '\u202egnp.exe',
    '\u0000\u0007\u007f',
    'half \ud800 pair',
  ];
  for (const text of hostile) {
    it(`stays one line without control characters: ${JSON.stringify(text)}`, () => {
      const captured = capture();
      captured.log.warn({ event: 'a.hostile', clientId: text, detail: text }, new Error(text));
      assert.equal(captured.lines().length, 1);
      assert.match(captured.text(), /^[^\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]+\n$/u);
      // Also for a viewer that decodes the JSON and prints the value.
      assert.match(String(captured.lines()[0]?.detail), /^[^\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]+$/u);
    });
  }

  it('a megabyte is cut at 300 characters', () => {
    const { log, lines, text } = capture();
    for (const long of ['a', 'a ', '\u001b', '\u{1f600}', 'a@', '?', '1', '?a ', 'Ab1']) {
      const value = long.repeat(1_000_000 / long.length);
      log.error({ event: 'a.long', clientId: value, detail: value }, new Error(value));
    }
    for (const line of lines()) {
      assert(String(line.clientId).length <= 300);
      assert(String(line.detail).length <= 300);
    }
    assert(
      text()
        .split('\n')
        .every((line) => Buffer.byteLength(line) < 4096),
    );
  });
});

describe('errors', () => {
  it('say name, code and place, and the message only masked', () => {
    const { log, lines } = capture();
    const cause = Object.assign(new TypeError('for maria@uni.mx'), {
      code: 'ERR_CANARY',
      query: 'canary',
      values: ['canary'],
    });
    log.error({ event: 'a.failure' }, new Error('could not greet HEGG560427MVZRRL04', { cause }));
    const [line] = lines();
    const error = line?.error as Record<string, string> & { cause: Record<string, string> };
    assert.deepEqual([error.name, error.message], ['Error', 'could not greet [curp]']);
    assert.match(error.places ?? '', /^TestContext\.<anonymous> log\.test\.ts:\d+ < /);
    assert.doesNotMatch(error.places ?? '', /\/(?!<)/);
    assert.deepEqual(
      { ...error.cause, places: '' },
      { name: 'TypeError', code: 'ERR_CANARY', message: 'for [e-mail]', places: '' },
    );
  });

  it('say no place in production', () => {
    const { log, text } = capture({ showPlaces: false });
    log.error({ event: 'a.failure' }, new Error('no'));
    assert.doesNotMatch(text(), /places|\.ts/);
  });

  it('say the detail of a refusal once', () => {
    const { log, lines } = capture({ showPlaces: false });
    log.warn({ event: 'a.refusal' }, new SignInError('provider_timeout', 'val-api-llave.infotec.mx: no answer'));
    assert.deepEqual(lines()[0]?.error, {
      name: 'SignInError',
      code: 'provider_timeout',
      message: 'val-api-llave.infotec.mx: no answer',
    });
  });

  it('in a circle end', () => {
    const { log, lines } = capture();
    const error = new Error('round');
    error.cause = error;
    log.error({ event: 'a.circle' }, error);
    assert.equal(lines().length, 1);
  });

  it('whose message imitates a stack place nothing', () => {
    const { log, text } = capture();
    log.error({ event: 'a.fake' }, new Error('x\n    at canary (canary.ts:1:1)'));
    assert.match(text(), /"places":"TestContext/);
    assert.doesNotMatch(text(), /"places":"[^"]*canary/);
  });

  for (const thrown of ['canary', { canary: 'canary' }, null, 1n, Symbol('canary'), () => 'canary']) {
    it(`that are none are not looked into: ${typeof thrown}`, () => {
      const { log, text } = capture();
      log.error({ event: 'a.thrown' }, thrown);
      assert.doesNotMatch(text(), /canary/);
      assert.match(text(), /"name":"thrown \w+"/);
    });
  }
});

describe('mask', () => {
  const masked: readonly (readonly [string, string])[] = [
    ['for maria.lopez+x@correo.example.mx.', 'for [e-mail]'],
    ['login_hint maria%40uni.mx', 'login_hint [e-mail]'],
    ['<maria@uni.mx>', '<[e-mail]>'],
    ['CURP HEGG560427MVZRRL04!', 'CURP [curp]!'],
    ['key=hegg560427mvzrrl04', 'key=[curp]'],
    ['generic XEXX010101HDFXXX04', 'generic [curp]'],
    ['malformed AAAA000000HDFBBB00', 'malformed [curp]'],
    ['call 5512345678 or +52 55 1234 5678', 'call [number] or [number]'],
    ['GET https://a.example/cb?code=abc&state=1 failed', 'GET https://a.example/cb?[query] failed'],
    ['https://a.example/#id_token=abc', 'https://a.example/?[query]'],
    [`Bearer ${'aB3-_x'.repeat(8)}`, 'Bearer [secret]'],
    [`jwt ${'eyJhbGciOiJSUzI1NiIs'}.${'eyJzdWIiOiIxMjM0NTY3'}.${'x1Y2'.repeat(10)}`, 'jwt [secret].[secret].[secret]'],
    ['0123456789abcdef0123456789abcdef', '[secret]'],
  ];
  for (const [text, result] of masked) it(`covers: ${text}`, () => assert.equal(mask(text), result));

  const kept = [
    'idp.example:443: DEPTH_ZERO_SELF_SIGNED_CERT',
    'val-api-llave.infotec.mx: no complete answer within 5000 ms',
    'provider_answer_too_large: more than 1048576 bytes',
    'the JSON has a name twice in one object',
    'what now? nothing',
  ];
  for (const text of kept) it(`keeps: ${text}`, () => assert.equal(mask(text), text));

  it('covers a canary of each kind wherever it stands in a text, and wherever the text is cut', () => {
    const canaries = ['HEGG560427MVZRRL04', 'maria@uni.mx', '5512345678', 'q3Zx9TtKp0LmNb7VcR2dWf5hJ8sY1aGu'];
    const words = fc.array(fc.constantFrom('token', 'was', 'refused:', '"', "'", '(', 'ñ', '\n', ','), {
      maxLength: 40,
    });
    fc.assert(
      fc.property(words, words, fc.constantFrom(...canaries), fc.nat(2100), (before, after, canary, padding) => {
        const text = [...before, 'y '.repeat(padding), canary, ...after].join(' ');
        for (const part of [canary, canary.slice(0, 8)]) assert(!mask(text).includes(part));
      }),
    );
  });
});
