/**
 * The record of a provider: what it is when little is written, and what it refuses.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { asDataAddress, png } from './icon.fixture.ts';
import { providerSchema } from './provider-document.ts';

const least = { slug: 'uni', vendor: 'oidc', enabled: true };

test('three members make a provider that is seen, and that does nothing by itself for new people', () => {
  assert.deepEqual(providerSchema.parse(least), {
    ...least,
    ...{ name: null, hint: null, icon: null, visible: true, order: 100, secondary: false, site: null, domains: [] },
    ...{ skip_hinted_login_dialog: true, skip_registration_form: false, skip_email_verification: false },
    ...{
      send_to_registration_first: false,
      one_identity_per_user: false,
      sync_learner_profile_data: true,
      enable_sso_id_verification: false,
    },
    ...{ max_session_length: null, settings: {} },
  });
});

test('what it accepts it completes, and it accepts what it completed', () => {
  const written = { ...least, icon: asDataAddress(png(36, 36)), site: 'lms.example:8000', domains: ['uni.mx'] };
  const completed = providerSchema.parse({ ...written, max_session_length: 3600, hint: { 'es-MX': 'a', en: 'b' } });
  assert.deepEqual(providerSchema.parse(completed), completed);
});

const refused: readonly [member: string, value: unknown][] = [
  ['name', ''],
  ['name', 'two\nlines'],
  ['name', 'n'.repeat(81)],
  ['hint', 'text'],
  ['hint', { 'es-MX': 'a' }],
  ['hint', { 'es-MX': 'a', en: 'b', fr: 'c' }],
  ['icon', 'fa-sign-in'],
  ['icon', 'https://uni.example/logo.png'],
  ['visible', 'yes'],
  ['order', -1],
  ['order', 1.5],
  ['order', '1'],
  ['name', { en: 'a' }],
  ['secondary', 1],
  ['site', 'https://lms.example'],
  ['site', 'LMS.example'],
  ['site', '*.example'],
  ['domains', 'uni.mx'],
  ['domains', ['Uni.mx']],
  ['domains', ['@uni.mx']],
  ['domains', ['uni']],
  ['domains', ['uni.mx', 'uni.mx']],
  ['max_session_length', -1],
  ['max_session_length', 1],
  ['max_session_length', 59],
  ['max_session_length', 3600.5],
  ['max_session_length', '3600'],
  ['max_session_length', 31_536_001],
  ['skip_email_verification', null],
  ['display_name', 'Campus'],
  ['is_staff', true],
];
for (const [member, value] of refused) {
  test(`O-02, O-07: ${member} is refused as ${JSON.stringify(value)?.slice(0, 40)}`, () => {
    const { error } = providerSchema.safeParse({ ...least, [member]: value });
    const places = error?.issues.map((issue) => issue.path[0] ?? ('keys' in issue ? issue.keys[0] : null));
    assert.deepEqual(places, [member]);
  });
}

test('0 and a year are sessions as Open edX has them', () => {
  for (const max_session_length of [0, 60, 1_209_600, 31_536_000]) {
    assert.ok(providerSchema.safeParse({ ...least, max_session_length }).success);
  }
});

test('every member says what it is for, for the command line and the documentation', () => {
  for (const [name, member] of Object.entries(providerSchema.shape)) assert.ok(member.description, name);
});
