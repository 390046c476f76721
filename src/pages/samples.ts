/**
 * Every page with sample props: for looking at them, and for the promises that all of them keep.
 *
 * A page that is not here escapes those promises, so a test compares this list with the folder. The people and sites
 * are invented.
 */
import { refusals } from '../errors.ts';
import type { Locale } from '../model.ts';
import { mergeSamples } from './account-merge-samples.ts';
import { accountSamples } from './account-samples.ts';
import type { AssetPaths } from './assets.ts';
import { defaultBrand, type SupportContact } from './brand.ts';
import { type ChooserProps, chooserPage, type Institutions, type ProviderChoice } from './chooser.ts';
import { consentPage } from './consent.ts';
import { emailAddressPage, emailCodePage, type MailLinkProps, mailLinkDonePage, mailLinkPage } from './email.ts';
import { existingAccountPage } from './existing-account.ts';
import { guestPage } from './guest.ts';
import { guestWorkPage, guestWorkStaysPage } from './guest-work.ts';
import { hintedPage } from './hinted.ts';
import { homePage } from './home.ts';
import { type Href, parseHref, path } from './href.ts';
import { keepAccountPage } from './keep-account.ts';
import { launchSamples } from './launch-samples.ts';
import type { Frame } from './layout.ts';
import { ltiSamples } from './lti-samples.ts';
import { newPasswordPage, passwordPage } from './password.ts';
import { providerTestSamples } from './provider-test-samples.ts';
import { questionPage } from './question.ts';
import { type RefusalProps, refusalPage } from './refusal.ts';
import { registrationSamples } from './registration-samples.ts';
import { type Sample, sampleForm, type Write } from './sample.ts';
import { signedOutPage, signOutPage } from './sign-out.ts';
import { signingOutSamples } from './signing-out-samples.ts';
import { waitPage } from './wait.ts';

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
  return [
    ...smallSamples(write),
    ...chooserSamples(write),
    ...emailSamples(write),
    ...passwordSamples(write),
    ...registrationSamples(write),
    ...accountSamples(write),
    ...mergeSamples(write),
    ...questionSamples(write),
    ...providerTestSamples(write),
    ...ltiSamples(write),
    ...refusalSamples(write),
  ];
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
function smallSamples(write: Write): readonly Sample[] {
  const client = campus(write);
  const signInHref = path('/sign-in');
  const claims = ['sub', 'name', 'given_name', 'family_name', 'email', 'email_verified', 'curp', write('matricula')];
  const form = { ...sampleForm(write), yesField: 'consent' };
  const consent = { clientName: client.name, claims, offline: false, form };
  const question = (frame: Frame) => ({
    title: write({ 'es-MX': '¿Esta cuenta también es tuya?', en: 'Is this account yours too?' }[frame.locale]),
    text: write({ 'es-MX': 'Ya hay una con el mismo correo.', en: 'One has the same e-mail address.' }[frame.locale]),
    form: { ...sampleForm(write), yesField: 'answer' },
  });
  const signOutForm = { ...sampleForm(write), yesField: 'logout' };
  return [
    { name: 'home', render: (frame) => homePage(frame, { signInHref }) },
    { name: 'wait', render: (frame) => waitPage(frame, { href: path('/sign-in/next') }) },
    { name: 'question', render: (frame) => questionPage(frame, question(frame)) },
    { name: 'sign-out', render: (frame) => signOutPage(frame, { clientName: null, form: signOutForm }) },
    { name: 'sign-out-client', render: (frame) => signOutPage(frame, { clientName: client.name, form: signOutForm }) },
    { name: 'signed-out', render: (frame) => signedOutPage(frame, { client: null, signInHref }) },
    { name: 'signed-out-client', render: (frame) => signedOutPage(frame, { client, signInHref }) },
    ...signingOutSamples(write),
    {
      name: 'consent',
      render: (frame) => consentPage(frame, { ...consent, personName: write('María José Núñez Peña') }),
    },
    { name: 'consent-unnamed', render: (frame) => consentPage(frame, { ...consent, personName: null }) },
    { name: 'consent-offline', render: (frame) => consentPage(frame, { ...consent, offline: true, personName: null }) },
  ];
}

/** A picture as an operator might give one; who shows these pages serves it at this file of `/assets/`. */
export const samplePicture = {
  file: 'provider.sample.png',
  base64:
    'iVBORw0KGgoAAAANSUhEUgAAAEgAAABICAMAAABiM0N1AAAACVBMVEX///8dXEXoxUdp9ET9AAAAAXRSTlMAQObYZgAAANhJREFUeNrt2NsKhD' +
    'AMRVHP+f+PHhi81AHTRLeig0FsBVnkRZtkGK4JNYEg+zFtBsSUKHUDYnKUhEgqBOVEksRIEiNJjLT9tl2RAud7paUwnyCnguPxlpIix9M9I0WO' +
    '56UPhY6XtStRUOy42XSk2HG7CyEdhZRLyKvtFZCOQ0ol5PX+QZAISJmE/PPwQi/0ZKj+ifzxb4T71d7vFOEOSOzI5oqI+9VHXOnHFaNYecwV7F' +
    'wLsas5qrZH5zdsZ7eiXHPMtevcAAEcaXBDFnDsAw6iwNEYOayrxQdOfxG/ZwevIwAAAABJRU5ErkJggg==',
} as const;
const picture = { kind: 'picture', file: samplePicture.file } as const;

function chooserSamples(write: Write): readonly Sample[] {
  const back = { name: campus(write).name, href: external('https://campus.example/') };
  const asked = { asks: 'authorize', place: campus(write).name } as const;
  const choice = (slug: string, name: string, hint: string | null): ProviderChoice => ({
    slug,
    name: write(name),
    hint: hint === null ? null : write(hint),
    icon: null,
    href: path(`/sign-in/${slug}`),
    lastUsed: slug === 'llave-mx',
    down: slug === 'google',
  });
  const buttons = (frame: Frame): readonly ProviderChoice[] => [
    choice(
      'llave-mx',
      'Llave MX',
      { 'es-MX': 'Con tu CURP y contraseña', en: 'With your CURP and password' }[frame.locale],
    ),
    { ...choice('biblioteca', 'Biblioteca Digital', null), icon: picture },
    { ...choice('google', 'Google', null), icon: { kind: 'letters', letters: 'Go' } },
  ];
  const ownWay = (slug: string, name: string, drawing: 'envelope' | 'padlock' | 'person'): ProviderChoice => ({
    ...choice(slug, name, null),
    icon: { kind: 'drawing', drawing },
  });
  const ownWays = ({ locale }: Frame) => [
    ownWay('correo', { 'es-MX': 'Correo electrónico', en: 'E-mail' }[locale], 'envelope'),
    ownWay('password', { 'es-MX': 'Contraseña', en: 'Password' }[locale], 'padlock'),
    ownWay('guest', { 'es-MX': 'Entrar como invitado', en: 'Continue as a guest' }[locale], 'person'),
  ];
  const institutions = [
    { ...choice('sureste', 'Universidad del Sureste', null), icon: picture },
    choice('tec-norte', 'Tecnológico del Norte', 'tecnorte.example'),
  ];
  const none = { kind: 'none' } as const;
  const search = { kind: 'search', signIn: 'c2lnbi1pbg' } as const;
  const found = { query: write('tecnologico'), choices: institutions, mayBeMore: true };
  const nothing = { query: write('tecnologico'), choices: [], mayBeMore: false };
  const page =
    (institutions: Institutions, changes: Partial<ChooserProps> = {}) =>
    (frame: Frame) =>
      chooserPage(frame, {
        ...asked,
        back,
        buttons: buttons(frame),
        institutions,
        ownWays: ownWays(frame),
        ...changes,
      });
  return [
    { name: 'chooser', render: page(none, { asks: 'visit', back: null }) },
    { name: 'chooser-client', render: page(none) },
    ...(['link', 'reauthenticate', 'prove-for-sign-in', 'prove-for-merge'] as const).map((asks) => ({
      name: `chooser-${asks}`,
      render: page(none, { asks }),
    })),
    { name: 'chooser-institutions', render: page({ kind: 'list', choices: institutions }) },
    { name: 'chooser-search', render: page({ ...search, results: null }) },
    { name: 'chooser-found', render: page({ ...search, results: found }) },
    { name: 'chooser-nothing-found', render: page({ ...search, results: nothing }) },
    {
      name: 'chooser-only-search',
      render: (frame) =>
        chooserPage(frame, { ...asked, back, buttons: [], institutions: { ...search, results: null }, ownWays: [] }),
    },
    {
      name: 'chooser-empty',
      render: (frame) => chooserPage(frame, { ...asked, back, buttons: [], institutions: none, ownWays: [] }),
    },
    {
      name: 'hinted',
      render: (frame) =>
        hintedPage(frame, {
          back,
          provider: choice('llave-mx', 'Llave MX', null),
          othersHref: path('/sign-in?id=c2lnbi1pbg'),
        }),
    },
  ];
}

function emailSamples(write: Write): readonly Sample[] {
  const otherWaysHref = path('/sign-in');
  const waiting = { progressHref: path('/sign-in/progress?id=a&seen=2'), href: path('/sign-in/step?id=a') };
  const address = write('maria.nunez@campus.example');
  const post = sampleForm(write);
  const asksAddress = { kind: 'email-address', purpose: 'sign-in', address: '', fixed: false, fault: null } as const;
  const asksCode = { kind: 'email-code', purpose: 'sign-in', address, mayChange: true, fault: null } as const;
  const link: MailLinkProps = {
    place: 'here',
    purpose: 'sign-in',
    address,
    device: 'Firefox',
    time: '25 de noviembre de 2026 a las 10:32 a.m.',
    signedInAs: null,
    form: post,
  };
  const otherBrowser: MailLinkProps = { ...link, place: 'elsewhere', signedInAs: write('Ana Ruiz') };
  return [
    {
      name: 'email-address',
      render: (frame) => emailAddressPage(frame, { asked: asksAddress, form: post, otherWaysHref }),
    },
    {
      name: 'email-address-fault',
      render: (frame) =>
        emailAddressPage(frame, {
          asked: { ...asksAddress, purpose: 'choose-password', address, fault: 'address_unusable' },
          form: post,
          otherWaysHref,
        }),
    },
    {
      name: 'email-address-fixed',
      render: (frame) =>
        emailAddressPage(frame, {
          asked: { ...asksAddress, purpose: 'verify-address', address, fixed: true },
          form: post,
          otherWaysHref,
        }),
    },
    {
      name: 'email-code',
      render: (frame) => emailCodePage(frame, { asked: asksCode, form: post, otherWaysHref, waiting }),
    },
    {
      name: 'email-code-fault',
      render: (frame) =>
        emailCodePage(frame, {
          asked: { ...asksCode, mayChange: false, fault: 'wrong_code' },
          form: post,
          otherWaysHref: null,
          waiting,
        }),
    },
    { name: 'mail-link', render: (frame) => mailLinkPage(frame, link) },
    { name: 'mail-link-done', render: (frame) => mailLinkDonePage(frame, { href: path('/sign-in/step?id=a') }) },
    { name: 'mail-link-elsewhere', render: (frame) => mailLinkPage(frame, otherBrowser) },
    {
      name: 'mail-link-code-only',
      render: (frame) => mailLinkPage(frame, { ...link, place: 'code-only', purpose: 'verify-address', device: null }),
    },
  ];
}

function passwordSamples(write: Write): readonly Sample[] {
  const post = sampleForm(write);
  const otherWaysHref = path('/sign-in');
  const address = write('maria.nunez@campus.example');
  const asks = { kind: 'password', username: '', mayChoose: true, fault: null } as const;
  const asksNew = { kind: 'new-password', address, minimumLength: 15, faults: [] } as const;
  return [
    { name: 'password', render: (frame) => passwordPage(frame, { asked: asks, form: post, otherWaysHref }) },
    {
      name: 'password-fault',
      render: (frame) =>
        passwordPage(frame, {
          asked: { ...asks, username: address, fault: 'wrong_password' },
          form: post,
          otherWaysHref,
        }),
    },
    { name: 'new-password', render: (frame) => newPasswordPage(frame, { asked: asksNew, form: post }) },
    {
      name: 'new-password-faults',
      render: (frame) =>
        newPasswordPage(frame, {
          asked: { ...asksNew, faults: [{ code: 'too_short', limit: 15 }, { code: 'too_common' }] },
          form: post,
        }),
    },
    {
      name: 'guest',
      render: (frame) => guestPage(frame, { siteName: campus(write).name, form: post, otherWaysHref }),
    },
  ];
}

function questionSamples(write: Write): readonly Sample[] {
  const post = sampleForm(write);
  const existing = (frame: Frame, certain: boolean, address: string | null) =>
    existingAccountPage(frame, {
      asked: { kind: 'existing-account', address, certain },
      ...{ providerName: write('Llave MX'), form: post, proveAction: path('/sign-in/prove') },
    });
  const guestWork = (frame: Frame, account: string | null, elsewhere = false) =>
    guestWorkPage(frame, { asked: { kind: 'guest-work', since: 1_790_000_000_000, elsewhere, account }, form: post });
  return [
    { name: 'existing-account', render: (frame) => existing(frame, false, write('maria.nunez@campus.example')) },
    { name: 'existing-account-no-address', render: (frame) => existing(frame, false, null) },
    { name: 'existing-account-certain', render: (frame) => existing(frame, true, write('maria.nunez@campus.example')) },
    {
      name: 'keep-account',
      render: (frame) =>
        keepAccountPage(frame, {
          asked: { kind: 'keep-account', userId: 'u', deletionAt: Date.UTC(2026, 11, 25, 15, 4) },
          form: post,
        }),
    },
    ...launchSamples(post, write),
    { name: 'guest-work', render: (frame) => guestWork(frame, write('María Núñez')) },
    { name: 'guest-work-new', render: (frame) => guestWork(frame, null) },
    { name: 'guest-work-elsewhere', render: (frame) => guestWork(frame, null, true) },
    {
      name: 'guest-work-stays',
      render: (frame) =>
        guestWorkStaysPage(frame, {
          asked: { kind: 'guest-work-stays', guestName: write('user-7k2m9qxd4r1h') },
          form: post,
        }),
    },
  ];
}

function refusalSamples(write: Write): readonly Sample[] {
  const codes = Object.keys(refusals) as (keyof typeof refusals)[];
  const props = (code: RefusalProps['code']): RefusalProps => ({
    code,
    reference: write('7KQ2-M9XD'),
    providerName: write('Llave MX'),
    caseNumber: code === 'account_conflict' ? write('7K2M-9QXD') : null,
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
