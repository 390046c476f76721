/**
 * The pages of an account with sample props. The people are invented.
 */
import type { AboutProps } from './about.ts';
import { type AccountProps, accountPage } from './account.ts';
import { appsPage } from './account-apps.ts';
import { dataPage } from './account-data.ts';
import { type DeletionProps, deletionDonePage, deletionPage } from './account-deletion.ts';
import {
  cannotRemoveEmailPage,
  emailsPage,
  type ListedEmail,
  removeEmailPage,
  verifyEmailPage,
} from './account-emails.ts';
import { cannotDisconnectPage, disconnectPage, identitiesPage, type ListedIdentity } from './account-identities.ts';
import { type AccountPasswordProps, accountPasswordPage } from './account-password.ts';
import { type OpenSession, sessionsPage } from './account-sessions.ts';
import { emailUndonePage, undoEmailPage } from './account-undo.ts';
import { campusAgainPage } from './campus-again.ts';
import { parseHref, path } from './href.ts';
import { type Sample, sampleForm, type Write } from './sample.ts';

const picture = { kind: 'picture', file: 'provider.sample.png' } as const;

export function accountSamples(write: Write): readonly Sample[] {
  return [
    ...overviewSamples(write),
    ...identitySamples(write),
    ...emailSamples(write),
    ...passwordSamples(write),
    ...sessionSamples(write),
    ...appSamples(write),
  ];
}

function identityOf(write: Write, providerName: string, day: number) {
  return {
    providerName: write(providerName),
    icon: null,
    createdAt: Date.UTC(2026, 7, day, 15, 4),
    lastUsedAt: Date.UTC(2026, 10, day, 16, 42),
    verifiedAt: null,
  };
}

function overviewSamples(write: Write): readonly Sample[] {
  const llaveMx = [{ by: 'provider', name: write('Llave MX') }] as const;
  const campus = [{ by: 'provider', name: write('Universidad del Sureste') }] as const;
  const emails = [
    { address: write('maria.nunez@campus.example'), verified: true, primary: true, sources: campus },
    { address: write('mj.nunez.pena@correo.example'), verified: false, primary: false, sources: llaveMx },
  ];
  const identities = [
    { ...identityOf(write, 'Llave MX', 3), verifiedAt: Date.UTC(2026, 7, 3, 15, 4) },
    { ...identityOf(write, 'Universidad del Sureste', 12), icon: picture },
  ];
  const about: AboutProps = {
    details: [
      { field: 'country', value: 'MX', sources: [{ by: 'earlier-account' }] },
      { field: 'city', value: write('Mérida'), sources: [{ by: 'person' }] },
      { field: 'level_of_education', value: 'hs', sources: [] },
    ],
    terms: [
      { version: write('2026-08'), address: 'https://campus.example/terminos', agreedAt: Date.UTC(2026, 7, 3, 15, 4) },
    ],
  };
  const known: AccountProps = {
    ...{ name: write('María José Núñez Peña'), username: write('user-7k2m9qxd4jtw') },
    nameSources: [...llaveMx, { by: 'person' }],
    numbers: [
      { kind: 'phone', ending: '5678', sources: llaveMx },
      { kind: 'curp', ending: '04', sources: llaveMx },
      { kind: 'institution', namespace: 'udg', ending: '78', sources: llaveMx },
    ],
    ...{ emails, identities, about, keepGuestHref: null, signOut: sampleForm(write) },
    roles: [{ name: write('Docente de primaria'), sources: llaveMx }],
  };
  const bare: AccountProps = {
    ...{ ...known, name: null, nameSources: [], numbers: [], emails: [], roles: [] },
    ...{ about: { details: [], terms: [] }, identities: [identityOf(write, 'Llave MX', 3)] },
  };
  const guest = { ...bare, identities: [], keepGuestHref: path('/sign-in?return_to=/account') };
  return [
    { name: 'account', render: (frame) => accountPage(frame, known) },
    { name: 'account-bare', render: (frame) => accountPage(frame, bare) },
    { name: 'account-guest', render: (frame) => accountPage(frame, guest) },
  ];
}

function identitySamples(write: Write): readonly Sample[] {
  const common = { works: true, brought: [] };
  const asked = (slug: string) =>
    ({
      removal: {
        kind: 'asked',
        href: path(`/account/identities/disconnect?identity=${slug}`),
        testId: `disconnect-${slug}`,
      },
    }) as const;
  const identities: readonly ListedIdentity[] = [
    {
      ...{ ...identityOf(write, 'Llave MX', 3), ...common, ...asked('llave-mx') },
      ...{ verifiedAt: Date.UTC(2026, 7, 3, 15, 4), brought: [write('maria.nunez@campus.example')] },
    },
    {
      ...identityOf(write, 'Universidad del Sureste', 12),
      ...common,
      ...asked('sureste'),
      icon: picture,
      works: false,
    },
    { ...identityOf(write, 'Correo electrónico', 14), ...common, removal: { kind: 'with-address' } },
    { ...identityOf(write, 'Contraseña', 15), ...common, removal: { kind: 'password' } },
  ];
  const connect = sampleForm(write);
  const providerName = write('Universidad del Sureste');
  const why = { providerName, connect, mayAddEmail: true } as const;
  return [
    { name: 'account-identities', render: (frame) => identitiesPage(frame, { identities, connect }) },
    {
      name: 'account-disconnect',
      render: (frame) => disconnectPage(frame, { providerName, form: { ...connect, yesField: 'answer' } }),
    },
    {
      name: 'account-campus-again',
      render: (frame) =>
        campusAgainPage(frame, { campuses: [write('Universidad del Sureste')], signOut: sampleForm(write) }),
    },
    {
      name: 'account-disconnect-last',
      render: (frame) => cannotDisconnectPage(frame, { ...why, why: 'last-way-in' }),
    },
    {
      name: 'account-disconnect-refused',
      render: (frame) => cannotDisconnectPage(frame, { ...why, why: 'refused-by-rule' }),
    },
  ];
}

function emailSamples(write: Write): readonly Sample[] {
  const address = write('mj.nunez.pena@correo.example');
  const post = sampleForm(write);
  const page = path('/account/emails/verify?email=x');
  const emails: readonly ListedEmail[] = [
    {
      ...{ address: write('maria.nunez@campus.example'), verified: true, primary: true },
      verification: { by: 'provider', name: write('Universidad del Sureste'), at: Date.UTC(2026, 7, 3, 15, 4) },
      ...{ verifyHref: null, makePrimary: null, removeHref: null },
    },
    {
      ...{ address: write('maria@correo.example'), verified: true, primary: false },
      verification: { by: 'llavero', at: Date.UTC(2026, 8, 14, 15, 4) },
      ...{ verifyHref: null, makePrimary: post, removeHref: page },
    },
    {
      ...{ address, verified: false, primary: false, verification: null },
      ...{ verifyHref: page, makePrimary: null, removeHref: page },
    },
  ];
  const ends = [write('Universidad del Sureste'), write('Contraseña')];
  const question = { ...post, yesField: 'answer' };
  return [
    { name: 'account-emails', render: (frame) => emailsPage(frame, { emails, add: post }) },
    { name: 'account-emails-none', render: (frame) => emailsPage(frame, { emails: [], add: null }) },
    { name: 'account-email-verify', render: (frame) => verifyEmailPage(frame, { address, ends, form: post }) },
    { name: 'account-email-remove', render: (frame) => removeEmailPage(frame, { address, form: question }) },
    { name: 'account-undo', render: (frame) => undoEmailPage(frame, { address, form: post }) },
    { name: 'account-undone', render: (frame) => emailUndonePage(frame) },
    { name: 'account-email-last', render: (frame) => cannotRemoveEmailPage(frame, { address }) },
  ];
}

function passwordSamples(write: Write): readonly Sample[] {
  const form = sampleForm(write);
  const changedAt = Date.UTC(2026, 8, 14, 15, 4);
  const removeHref = path('/account/identities/disconnect?identity=x');
  const pages: readonly [name: string, AccountPasswordProps][] = [
    ['', { changedAt, way: { kind: 'by-current', form }, removeHref }],
    [
      '-none',
      { changedAt: null, way: { kind: 'by-mail', address: write('maria@correo.example'), form }, removeHref: null },
    ],
    ['-again', { changedAt, way: { kind: 'needs-current', form }, removeHref }],
    ['-no-address', { changedAt: null, way: { kind: 'needs-address' }, removeHref: null }],
    ['-no-mail', { changedAt: null, way: { kind: 'no-mail' }, removeHref: null }],
    ['-not-offered', { changedAt: null, way: { kind: 'not-offered' }, removeHref: null }],
  ];
  return pages.map(([name, props]) => ({
    name: `account-password${name}`,
    render: (frame) => accountPasswordPage(frame, props),
  }));
}

function sessionSamples(write: Write): readonly Sample[] {
  const common = { providerName: write('Universidad del Sureste'), begunAt: Date.UTC(2026, 10, 12, 15, 4) };
  const lastUsedAt = Date.UTC(2026, 10, 12, 16, 42);
  const current: OpenSession = {
    ...{ ...common, device: { browser: 'Firefox', system: 'Windows' }, lastUsedAt },
    ...{ sameNetwork: true, end: null },
  };
  const others: readonly OpenSession[] = [
    { ...current, device: { browser: 'Chrome', system: 'Android' }, sameNetwork: false, end: sampleForm(write) },
    { ...current, device: { browser: null, system: null }, sameNetwork: null, end: sampleForm(write) },
  ];
  const all = { sessions: [current, ...others], endOthers: sampleForm(write) };
  return [
    { name: 'account-sessions', render: (frame) => sessionsPage(frame, all) },
    { name: 'account-sessions-one', render: (frame) => sessionsPage(frame, { sessions: [current], endOthers: null }) },
  ];
}

function appSamples(write: Write): readonly Sample[] {
  const common = { since: Date.UTC(2026, 7, 3, 15, 4), revoke: sampleForm(write), begin: null };
  const begin = parseHref('https://campus.example/login?iss=https%3A%2F%2Fbroker.example');
  const apps = [
    { ...common, name: write('Campus Virtual'), claims: ['name', 'email', 'email_verified'], asks: false, begin },
    { ...common, name: write('Biblioteca'), claims: [], asks: true, since: null },
  ];
  const moment = { kind: 'later', at: Date.UTC(2026, 11, 25, 15, 4) } as const;
  const deletion: DeletionProps = { moment, isGuest: false, form: sampleForm(write), boxIsMissing: false };
  return [
    { name: 'account-apps', render: (frame) => appsPage(frame, { apps }) },
    { name: 'account-data', render: (frame) => dataPage(frame, { download: sampleForm(write) }) },
    { name: 'account-delete', render: (frame) => deletionPage(frame, deletion) },
    { name: 'account-delete-box', render: (frame) => deletionPage(frame, { ...deletion, boxIsMissing: true }) },
    {
      name: 'account-delete-now',
      render: (frame) => deletionPage(frame, { ...deletion, moment: { kind: 'now' }, isGuest: true }),
    },
    { name: 'account-deleting', render: (frame) => deletionDonePage(frame, deletion) },
    { name: 'account-deleted', render: (frame) => deletionDonePage(frame, { moment: { kind: 'now' } }) },
    { name: 'account-apps-none', render: (frame) => appsPage(frame, { apps: [] }) },
  ];
}
