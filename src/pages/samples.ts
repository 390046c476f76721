/**
 * Every page with sample props: for looking at them, and for the promises that all of them keep.
 *
 * A page that is not here escapes those promises, so a test compares this list with the folder. The people and sites
 * are invented.
 */
import { refusals } from '../errors.ts';
import type { Locale } from '../model.ts';
import { accountPage } from './account.ts';
import type { AssetPaths } from './assets.ts';
import { defaultBrand, type SupportContact } from './brand.ts';
import { chooserPage, type ProviderChoice } from './chooser.ts';
import { consentPage } from './consent.ts';
import { homePage } from './home.ts';
import { type Href, parseHref, path } from './href.ts';
import type { Frame } from './layout.ts';
import { questionPage } from './question.ts';
import { type RefusalProps, refusalPage } from './refusal.ts';
import { signedOutPage, signOutPage } from './sign-out.ts';
import { waitPage } from './wait.ts';

/** What every text that comes from outside is passed through: as it is, made very long, or replaced by an attack. */
export type Write = (text: string) => string;

export interface Sample {
  readonly name: string;
  readonly render: (frame: Frame) => string;
}

export function sampleFrame(locale: Locale, assets: AssetPaths, write: Write = (text) => text): Frame {
  const support: SupportContact = { kind: 'email', address: write('ayuda@campus.example') };
  return {
    locale,
    assets,
    brand: { ...defaultBrand, productName: write('Llavero'), support },
    inLanguage: { 'es-MX': path('/sign-in?ui_locales=es-MX'), en: path('/sign-in?ui_locales=en') },
  };
}

export function samples(write: Write = (text) => text): readonly Sample[] {
  return [...smallSamples(write), ...chooserSamples(write), ...accountSamples(write), ...refusalSamples(write)];
}

function external(address: string): Href {
  const href = parseHref(address);
  if (href === null) throw new TypeError('A sample has an address that no page accepts.');
  return href;
}

const campus = (write: Write) => ({
  name: write('Campus Virtual del Sureste'),
  href: external('https://campus.example/'),
});
const form = (write: Write) => ({ action: path('/sign-out'), fields: { csrf: write('dGhlIHRva2Vu') } });

function smallSamples(write: Write): readonly Sample[] {
  const client = campus(write);
  const signInHref = path('/sign-in');
  const claims = ['sub', 'name', 'given_name', 'family_name', 'email', 'email_verified', 'curp', write('matricula')];
  const consent = { clientName: client.name, claims, form: { ...form(write), yesField: 'consent' } };
  const question = (frame: Frame) => ({
    title: write({ 'es-MX': '¿Esta cuenta también es tuya?', en: 'Is this account yours too?' }[frame.locale]),
    text: write({ 'es-MX': 'Ya hay una con el mismo correo.', en: 'One has the same e-mail address.' }[frame.locale]),
    form: { ...form(write), yesField: 'answer' },
  });
  const signOutForm = { ...form(write), yesField: 'logout' };
  return [
    { name: 'home', render: (frame) => homePage(frame, { signInHref }) },
    { name: 'wait', render: (frame) => waitPage(frame, { href: path('/sign-in/next') }) },
    { name: 'question', render: (frame) => questionPage(frame, question(frame)) },
    { name: 'sign-out', render: (frame) => signOutPage(frame, { clientName: null, form: signOutForm }) },
    { name: 'sign-out-client', render: (frame) => signOutPage(frame, { clientName: client.name, form: signOutForm }) },
    { name: 'signed-out', render: (frame) => signedOutPage(frame, { client: null, signInHref }) },
    { name: 'signed-out-client', render: (frame) => signedOutPage(frame, { client, signInHref }) },
    {
      name: 'consent',
      render: (frame) => consentPage(frame, { ...consent, personName: write('María José Núñez Peña') }),
    },
    { name: 'consent-unnamed', render: (frame) => consentPage(frame, { ...consent, personName: null }) },
  ];
}

function chooserSamples(write: Write): readonly Sample[] {
  const client = { name: campus(write).name, cancelHref: external('https://campus.example/') };
  const choice = (slug: string, displayName: string, hint: string | null): ProviderChoice => ({
    slug,
    displayName: write(displayName),
    hint: hint === null ? null : write(hint),
    href: path(`/sign-in/${slug}`),
    lastUsed: slug === 'llave-mx',
    down: slug === 'google',
  });
  const providers = (frame: Frame) => [
    choice(
      'llave-mx',
      'Llave MX',
      { 'es-MX': 'Con tu CURP y contraseña', en: 'With your CURP and password' }[frame.locale],
    ),
    choice('biblioteca', 'Biblioteca Digital', null),
    choice('google', 'Google', null),
  ];
  return [
    { name: 'chooser', render: (frame) => chooserPage(frame, { client: null, providers: providers(frame) }) },
    { name: 'chooser-client', render: (frame) => chooserPage(frame, { client, providers: providers(frame) }) },
    { name: 'chooser-empty', render: (frame) => chooserPage(frame, { client, providers: [] }) },
  ];
}

function accountSamples(write: Write): readonly Sample[] {
  const identity = (providerName: string, day: number) => ({
    providerName: write(providerName),
    createdAt: Date.UTC(2026, 7, day, 15, 4),
    lastUsedAt: Date.UTC(2026, 10, day, 16, 42),
  });
  const emails = [
    { address: write('maria.nunez@campus.example'), verified: true, primary: true },
    { address: write('mj.nunez.pena@correo.example'), verified: false, primary: false },
  ];
  const identities = [identity('Llave MX', 3), identity('Google', 12)];
  const known = { name: write('María José Núñez Peña'), emails, identities, signOut: form(write) };
  const bare = { name: null, emails: [], identities: [identity('Llave MX', 3)], signOut: form(write) };
  return [
    { name: 'account', render: (frame) => accountPage(frame, known) },
    { name: 'account-bare', render: (frame) => accountPage(frame, bare) },
  ];
}

function refusalSamples(write: Write): readonly Sample[] {
  const codes = Object.keys(refusals) as (keyof typeof refusals)[];
  const props = (code: RefusalProps['code']): RefusalProps => ({
    code,
    reference: write('7KQ2-M9XD'),
    providerName: write('Llave MX'),
    startAgainHref: path('/sign-in'),
    client: campus(write),
  });
  const alone: RefusalProps = { ...props('not_found'), providerName: null, startAgainHref: null, client: null };
  const byPage = (frame: Frame): Frame['brand'] => ({
    ...frame.brand,
    support: { kind: 'page', name: write('Mesa de ayuda'), href: external('https://campus.example/ayuda') },
  });
  return [
    ...codes.map((code) => ({ name: `refusal-${code}`, render: (frame: Frame) => refusalPage(frame, props(code)) })),
    {
      name: 'refusal-alone',
      render: (frame) =>
        refusalPage({ ...frame, inLanguage: null, brand: { ...frame.brand, support: { kind: 'nobody' } } }, alone),
    },
    {
      name: 'refusal-support-page',
      render: (frame) => refusalPage({ ...frame, brand: byPage(frame) }, props('provider_timeout')),
    },
    {
      name: 'refusal-unnamed',
      render: (frame) => refusalPage(frame, { ...props('provider_unreachable'), providerName: null }),
    },
  ];
}
