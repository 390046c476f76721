import assert from 'node:assert/strict';
import test from 'node:test';
import { parseHref, parsePath, parseRegisteredHref, path } from './href.ts';

/** Cases I-05 and I-07: what must never become a link or the target of a form. */
const hostile = [
  '//evil.test',
  '///evil.test',
  '/\\evil.test',
  '\\/\\/evil.test',
  '/..//evil.test',
  '/.//evil.test',
  '/\t/evil.test',
  '/path/\n',
  ' /path',
  '//evil。test',
  'http:evil.example',
  'http://evil.test/',
  'javascript:alert(1)',
  'JaVaScRiPt:alert(1)',
  'java\nscript:alert(1)',
  '\u0001javascript:alert(1)',
  'javascript://localhost/%0Aalert(1)',
  'data:text/html,<script>alert(1)</script>',
  'vbscript:msgbox(1)',
  'blob:https://broker.test/1',
  'https://broker.test@evil.test/',
  'https://user:password@broker.test/',
  'http://localhost.evil.test/',
  'http://localhost@evil.test/',
  'foo://[bad',
  '"><svg onload=alert(1)>',
  "/' onmouseover='alert(1)",
  `/${'a'.repeat(5000)}`,
  '',
];

test('I-05, I-07: no hostile address becomes a link or a form target', () => {
  for (const value of hostile) {
    assert.equal(parseHref(value), null, JSON.stringify(value.slice(0, 60)));
    assert.equal(parsePath(value), null, JSON.stringify(value.slice(0, 60)));
    assert.throws(() => path(value), TypeError);
  }
});

test('paths of ours are kept as they are, with query and fragment', () => {
  for (const value of [
    '/',
    '/sign-in?provider=llave-mx&ui_locales=es-MX',
    '/account#emails',
    '/a/%5cb',
    "/~x;y=(1)?z={'}",
  ]) {
    assert.equal(parsePath(value), value);
    assert.equal(parseHref(value), value);
  }
});

test('absolute links are https, or http on the machine of a developer; a form takes neither', () => {
  for (const value of [
    'https://lms.example/',
    'http://localhost:4402/',
    'http://127.0.0.1:4402/x',
    'http://[::1]:1/',
  ]) {
    assert.equal(parseHref(value), value);
    assert.equal(parsePath(value), null);
  }
});

test("an app's own scheme is taken where a client has registered it, and nothing that a browser could run", () => {
  assert.equal(parseRegisteredHref('com.example.app:/out'), 'com.example.app:/out');
  assert.equal(parseRegisteredHref('https://lms.example/?state=a'), 'https://lms.example/?state=a');
  for (const value of hostile) assert.equal(parseRegisteredHref(value), null, value);
  for (const value of ['app:/out', '.app:/out', 'com.example.app', 'com.example.app:/a b', 'java.:alert(1)']) {
    assert.equal(parseRegisteredHref(value), null, value);
  }
});
