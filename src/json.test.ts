import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { SignInError } from './errors.ts';
import { flagOf, listOf, memberOf, numberOf, parseUpstreamJson, parseUpstreamList, textOf } from './json.ts';
import type { Json } from './model.ts';

function refuses(text: string, fault: RegExp): void {
  assert.throws(
    () => parseUpstreamJson(text),
    (error) => {
      assert(error instanceof SignInError);
      assert.equal(error.code, 'provider_answer_invalid');
      assert.match(error.detail, fault);
      assert.equal(error.cause, undefined);
      assert.doesNotMatch(String(error.stack), /canary/);
      return true;
    },
  );
}

/** Objects as upstreams send them: any text and any number that JavaScript keeps exactly. */
const ordinary = fc.dictionary(
  fc.string({ unit: 'binary' }),
  fc.jsonValue({ maxDepth: 5, stringUnit: 'binary', noUnicodeString: false }),
);
const isExact = (value: unknown): boolean =>
  typeof value === 'number'
    ? Math.abs(value) <= Number.MAX_SAFE_INTEGER
    : typeof value !== 'object' || value === null || Object.values(value).every(isExact);

describe('parseUpstreamJson', () => {
  it('agrees with JSON.parse on every ordinary object, however it is spaced and escaped', () => {
    fc.assert(
      fc.property(
        ordinary.filter(isExact),
        fc.constantFrom(undefined, 1, '\t'),
        fc.boolean(),
        (value, indent, escaped) => {
          const plain = JSON.stringify(value, null, indent);
          const text = escaped ? plain.replace(/[\u007f-\uffff]/g, asEscape) : plain;
          assert.deepEqual(parseUpstreamJson(text), JSON.parse(text));
        },
      ),
      { numRuns: 1000 },
    );
  });

  it('K-07: refuses a name that is repeated anywhere, however it is written', () => {
    fc.assert(
      fc.property(
        ordinary,
        fc.string({ unit: 'binary' }),
        fc.boolean(),
        fc.jsonValue(),
        (value, name, escaped, other) => {
          const plain = JSON.stringify(name);
          const again = escaped ? plain.replace(/[^"\\]/g, asEscape) : plain;
          const twice = `{${plain}:${JSON.stringify(other)},${escaped && plain.includes('\\') ? plain : again}:"canary"}`;
          refuses(twice, /twice/);
          refuses(`{"value":${JSON.stringify(value)},"here":[${twice}]}`, /twice/);
        },
      ),
    );
  });

  it('K-07: refuses a duplicate sub', () => {
    refuses('{"sub":"canary-a","sub":"canary-b"}', /twice/);
    refuses('{"sub":"canary","s\\u0075b":"canary"}', /twice/);
    refuses('{"a":{"__proto__":1,"__proto__":2}}', /twice/);
  });

  it('takes the same name in different objects', () => {
    assert.deepEqual(parseUpstreamJson('{"a":{"a":[{"a":1},{"a":2}]},"b":":,{}[]\\""}'), {
      a: { a: [{ a: 1 }, { a: 2 }] },
      b: ':,{}[]"',
    });
  });

  for (const text of ['', ' ', 'canary', '<html>canary</html>', '{"a":1', '{"a":"canary', '{"a":1}canary', "{'a':1}"]) {
    it(`refuses what is not JSON: ${text}`, () => refuses(text, /malformed/));
  }
  for (const text of [
    '{"a":NaN}',
    '{"a":Infinity}',
    '{"a":01}',
    '{"a":1,}',
    '{a:1}',
    '{"a":"\n"}',
    '{"a":"\\"}',
    '\ufeff\ufeff{}',
  ]) {
    it(`refuses what is nearly JSON: ${JSON.stringify(text)}`, () => refuses(text, /malformed/));
  }
  for (const text of ['"canary"', '1', 'null', 'true', '[]', '[{"a":1}]']) {
    it(`refuses what is not an object: ${text}`, () => refuses(text, /not an object/));
  }

  it('takes a byte order mark', () => {
    assert.deepEqual(parseUpstreamJson('\ufeff{"a":1}'), { a: 1 });
  });

  it('K-09: takes a depth of 20, refuses 21', () => {
    const nested = (depth: number) => `{"a":${'['.repeat(depth - 1)}${']'.repeat(depth - 1)}}`;
    assert(parseUpstreamJson(nested(20)));
    refuses(nested(21), /deep/);
  });

  for (const depth of [20_000, 200_000]) {
    it(`K-07: ${depth} nested arrays are refused, and overflow nothing`, () => {
      refuses('['.repeat(depth) + ']'.repeat(depth), /deep/);
      refuses('{"a":'.repeat(depth), /deep/);
    });
  }

  it('takes 10,000 members, refuses one more, in objects and in lists', () => {
    const object = (size: number) =>
      JSON.stringify(Object.fromEntries(Array.from({ length: size }, (_, at) => [`k${at}`, at])));
    assert.equal(Object.keys(parseUpstreamJson(object(10_000))).length, 10_000);
    refuses(object(10_001), /too many/);
    refuses(JSON.stringify({ a: Array.from({ length: 10_002 }, () => 0) }), /too many/);
  });

  it('keeps __proto__ and constructor as plain members that change nothing', () => {
    for (const more of ['', ',"big":12345678901234567890']) {
      const value = parseUpstreamJson(`{"__proto__":{"admin":true},"constructor":"x"${more}}`);
      assert.deepEqual(Object.keys(value).slice(0, 2), ['__proto__', 'constructor']);
      assert.equal(Object.getPrototypeOf(value), Object.prototype);
      assert.equal(value.admin, undefined);
      assert.equal(({} as { admin?: unknown }).admin, undefined);
    }
  });

  it('keeps integers beyond 2^53 exactly, as digits', () => {
    const text = '{"id":202508101834311980,"list":[-9007199254740993,9007199254740991],"also":1.5}';
    assert.deepEqual(parseUpstreamJson(text), {
      id: '202508101834311980',
      list: ['-9007199254740993', 9007199254740991],
      also: 1.5,
    });
  });

  it('property: every integer keeps its digits', () => {
    fc.assert(
      fc.property(fc.bigInt(), (integer) => {
        assert.equal(textOf(parseUpstreamJson(`{"sub":${integer}}`).sub), String(integer));
      }),
    );
  });

  for (const number of ['1e999', '-1e999', '1e20', '9007199254740993.0', '1.5e300']) {
    it(`refuses a number that cannot be kept: ${number}`, () => refuses(`{"canary":${number}}`, /out of range/));
  }

  it('refuses half a surrogate pair, in texts and in names', () => {
    refuses('{"sub":"\\ud800"}', /half a character/);
    refuses('{"\\udc00":1}', /half a character/);
    assert.deepEqual(parseUpstreamJson('{"a":"\\ud83d\\ude00"}'), { a: '😀' });
  });

  it('takes time in proportion to the length, also for what is made to be slow', () => {
    const mebibyte = 1024 * 1024;
    const hostile = ['"'.repeat(mebibyte), `{"${'\\'.repeat(mebibyte)}`, `{"a":"${'\\"'.repeat(mebibyte / 2)}"}`];
    for (const text of [...hostile, `{"${'k'.repeat(mebibyte)}":1}`, '{"a":1'.repeat(mebibyte / 6)]) {
      const started = process.cpuUsage();
      try {
        parseUpstreamJson(text);
      } catch (error) {
        assert(error instanceof SignInError);
      }
      // A quadratic pass over a mebibyte takes minutes; a linear one some milliseconds.
      assert(process.cpuUsage(started).user < 2_000_000);
    }
  });
});

function asEscape(character: string): string {
  return Array.from({ length: character.length }, (_, at) => {
    return `\\u${character.charCodeAt(at).toString(16).padStart(4, '0')}`;
  }).join('');
}

describe('readers', () => {
  const cases: readonly (readonly [Json | undefined, string | null])[] = [
    [undefined, null],
    [null, null],
    ['', null],
    ['  ', null],
    ['null', null],
    [' NULL ', null],
    ['Null', null],
    ['a\0b', null],
    [true, null],
    [[], null],
    [['a'], null],
    [{}, null],
    [{ toString: 'a' }, null],
    [' María José ', 'María José'],
    ['nullable', 'nullable'],
    [0, '0'],
    [42, '42'],
  ];
  for (const [value, text] of cases) {
    it(`textOf(${JSON.stringify(value)}) is ${JSON.stringify(text)}`, () => assert.equal(textOf(value), text));
  }

  it('flagOf is true only for the boolean', () => {
    assert.equal(flagOf(true), true);
    for (const value of [undefined, null, false, 'true', 1, 'on', [true], {}]) assert.equal(flagOf(value), false);
  });

  it('numberOf takes numbers and decimal texts only', () => {
    assert.equal(numberOf(900), 900);
    assert.equal(numberOf('900'), 900);
    assert.equal(numberOf(' -1.5 '), -1.5);
    for (const value of [undefined, null, '', '0x10', '1e3', 'Infinity', '9'.repeat(16), true, [1], {}]) {
      assert.equal(numberOf(value), null, JSON.stringify(value));
    }
  });

  it('listOf makes a list of everything', () => {
    assert.deepEqual(listOf([1, 2]), [1, 2]);
    assert.deepEqual(listOf({ a: 1 }), [{ a: 1 }]);
    assert.deepEqual(listOf(null), []);
    assert.deepEqual(listOf(undefined), []);
  });

  it('memberOf finds what was sent, and nothing that JavaScript adds', () => {
    const object = parseUpstreamJson('{"a":1}');
    assert.equal(memberOf(object, 'a'), 1);
    for (const name of ['b', 'constructor', '__proto__', 'toString']) assert.equal(memberOf(object, name), undefined);
  });
});

describe('parseUpstreamList', () => {
  it('reads a list as strictly as an object, and is no way to read anything else', () => {
    assert.deepEqual(parseUpstreamList('[1, {"a": 9007199254740993}, []]'), [1, { a: '9007199254740993' }, []]);
    for (const text of ['{}', 'null', '"a"', '', '[', '[{"a":1,"a":2}]', `${'['.repeat(21)}${']'.repeat(21)}`]) {
      assert.throws(() => parseUpstreamList(text), { code: 'provider_answer_invalid' }, text);
    }
  });
});
