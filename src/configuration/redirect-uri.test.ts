import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseRedirectUri } from './redirect-uri.ts';

const accepted = [
  'https://rp.example/cb',
  'https://rp.example',
  'https://rp.example:8443/auth/complete/oidc/?next=%2Fhome',
  'http://localhost:4402/callback',
  'http://127.0.0.1/cb',
  'http://[::1]/cb',
  'com.example.app:/cb',
  'com.example.app://signed-in',
];

const refused: readonly [uri: string, fault: RegExp][] = [
  ['', /empty/],
  ['http://rp.test/cb', /https/],
  ['http://localhost.rp.test/cb', /https/],
  ['http://127.0.0.2/cb', /https/],
  ['https://*.rp.test/cb', /wildcard/],
  ['https://rp.test/*', /wildcard/],
  ['https://rp.test/cb#f', /fragment/],
  ['https://rp.test/cb#', /fragment/],
  ['javascript:alert(1)', /private-use/],
  ['data:text/html,x', /private-use/],
  ['file:///etc/passwd', /private-use/],
  ['myapp:/cb', /private-use/],
  ['https://u:p@rp.test/cb', /user name/],
  ['https://rp.test@evil.test/cb', /user name/],
  ['https://@rp.test/cb', /normal form/],
  ['https://rp.test/a b', /white space/],
  ['https://rp.test/cb\n', /white space/],
  [' https://rp.test/cb', /white space/],
  ['https://rp.test\\@evil.test/cb', /unencoded/],
  ['https://rp.test/%zz', /unencoded/],
  ['https://rp.test/é', /unencoded/],
  ['https:rp.test/cb', /normal form/],
  ['https:///rp.test/cb', /normal form/],
  ['https://RP.test/cb', /normal form/],
  ['https://rp.test:443/cb', /normal form/],
  ['https://rp.test/a/../cb', /normal form/],
  ['https://rp.test/a/%2e%2e/cb', /normal form/],
  ['http://127.1/cb', /normal form/],
  ['https://2130706433/cb', /normal form/],
  ['/cb', /absolute/],
  ['//rp.test/cb', /absolute/],
  [`https://rp.test/${'a'.repeat(2_000)}`, /longer/],
];

for (const uri of accepted) {
  test(`A-38 accepted as it stands: ${uri}`, () => {
    const verdict = parseRedirectUri(uri);
    assert.ok(verdict.accepted);
    assert.equal(verdict.uri, uri);
    assert.equal(verdict.privateUseScheme, uri.startsWith('com.'));
  });
}

for (const [uri, fault] of refused) {
  test(`A-38 refused: ${JSON.stringify(uri.slice(0, 60))}`, () => {
    const verdict = parseRedirectUri(uri);
    assert.ok(!verdict.accepted);
    assert.match(verdict.fault, fault);
  });
}
