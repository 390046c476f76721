/**
 * F-15, F-18, M-01: what stands in every mail, in both languages and both parts.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { locales } from '../i18n/locale.ts';
import type { MailMessage } from '../model.ts';
import type { Brand } from '../pages/brand.ts';
import { path } from '../pages/href.ts';
import { AT, CODE, codeProps, LINK, PUBLIC_URL } from './fixture.ts';
import { type MailLink, mailLink } from './link.ts';
import {
  accountCreated,
  accountDeleted,
  accountGuarded,
  accountKept,
  accountsMerged,
  accountsUnmerged,
  deletionRequested,
  emailAdded,
  emailChangeUndone,
  emailMadePrimary,
  emailRemoved,
  identityLinked,
  identityUnlinked,
  type NoticeProps,
  passwordChanged,
  signInCode,
  unprovedEnded,
} from './messages.ts';

/** The names in a mail that somebody else chose. */
interface Names {
  readonly product: string;
  readonly site: string;
  readonly provider: string;
  readonly address: string;
  readonly device: string | null;
}

const names: Names = {
  product: 'Campus Virtual',
  site: 'Cursos de práctica',
  provider: 'Llave MX',
  address: 'otra@uni.example',
  device: 'Chrome en Android',
};
const accountLink = mailLink(PUBLIC_URL, path('/account'));
const undoLink = mailLink(PUBLIC_URL, path(`/account/emails/undo?token=${'x'.repeat(43)}`));
const purposes = ['sign-in', 'choose-password', 'verify-address'] as const;

interface Kind {
  readonly link: MailLink;
  /** What of the names it tells. */
  readonly tells: readonly (keyof Names)[];
  make(locale: (typeof locales)[number], names: Names): MailMessage;
}

const noticeProps = (locale: (typeof locales)[number], { product, device }: Names): NoticeProps => {
  const { to, brand } = codeProps();
  return { to, locale, brand: { ...brand, productName: product }, at: AT, requester: { device }, accountLink };
};

const codeKind = (purpose: (typeof purposes)[number]): Kind => ({
  link: LINK,
  tells: ['site', 'device', 'product'],
  make(locale, { product, site, device }) {
    const brand: Brand = { ...codeProps().brand, productName: product };
    return signInCode(codeProps({ locale, purpose, site, brand, requester: { device } }));
  },
});

const kinds: { readonly [name: string]: Kind } = {
  'signInCode sign-in': codeKind('sign-in'),
  'signInCode choose-password': codeKind('choose-password'),
  'signInCode verify-address': codeKind('verify-address'),
  passwordChanged: {
    link: accountLink,
    tells: ['product', 'device'],
    make: (locale, given) => passwordChanged(noticeProps(locale, given)),
  },
  identityLinked: {
    link: accountLink,
    tells: ['provider', 'device', 'product'],
    make: (locale, given) => identityLinked({ ...noticeProps(locale, given), providerName: given.provider }),
  },
  identityUnlinked: {
    link: accountLink,
    tells: ['provider', 'device', 'product'],
    make: (locale, given) => identityUnlinked({ ...noticeProps(locale, given), providerName: given.provider }),
  },
  accountGuarded: {
    link: accountLink,
    tells: ['provider', 'product'],
    make: (locale, given) => accountGuarded({ ...noticeProps(locale, given), providerName: given.provider }),
  },
  accountsMerged: {
    link: accountLink,
    tells: ['product', 'device'],
    make: (locale, given) => accountsMerged(noticeProps(locale, given)),
  },
  accountsUnmerged: {
    link: accountLink,
    tells: ['product', 'device'],
    make: (locale, given) => accountsUnmerged(noticeProps(locale, given)),
  },
  deletionRequested: {
    link: accountLink,
    tells: ['product', 'device'],
    make: (locale, given) => deletionRequested({ ...noticeProps(locale, given), deletionAt: AT + 30 * 24 * 3_600_000 }),
  },
  accountCreated: {
    link: accountLink,
    tells: ['product', 'device'],
    make: (locale, given) => accountCreated(noticeProps(locale, given)),
  },
  accountKept: {
    link: accountLink,
    tells: ['product', 'device'],
    make: (locale, given) => accountKept(noticeProps(locale, given)),
  },
  accountDeleted: {
    link: accountLink,
    tells: ['product', 'device'],
    make: (locale, given) => accountDeleted(noticeProps(locale, given)),
  },
  emailAdded: {
    link: accountLink,
    tells: ['address', 'device', 'product'],
    make: (locale, given) => emailAdded({ ...noticeProps(locale, given), address: given.address, undoLink: null }),
  },
  emailAddedBesideAnother: {
    link: undoLink,
    tells: ['address', 'device', 'product'],
    make: (locale, given) => emailAdded({ ...noticeProps(locale, given), address: given.address, undoLink }),
  },
  emailMadePrimary: {
    link: undoLink,
    tells: ['address', 'device', 'product'],
    make: (locale, given) => emailMadePrimary({ ...noticeProps(locale, given), address: given.address, undoLink }),
  },
  emailChangeUndone: {
    link: accountLink,
    tells: ['product', 'device'],
    make: (locale, given) => emailChangeUndone(noticeProps(locale, given)),
  },
  unprovedEnded: {
    link: accountLink,
    tells: ['product', 'device'],
    make: (locale, given) => unprovedEnded(noticeProps(locale, given)),
  },
  emailRemoved: {
    link: undoLink,
    tells: ['address', 'device', 'product'],
    make: (locale, given) => emailRemoved({ ...noticeProps(locale, given), address: given.address, undoLink }),
  },
};

/** The words of the HTML part, as a mail program shows them. */
function wordsOf(html: string): string {
  return html
    .replace(/^[\s\S]*<div style="max-width/, '<div style="max-width')
    .replaceAll('<br>', '\n')
    .replaceAll(/<\/(?:p|h2|a)>/g, '\n')
    .replaceAll(/<[^>]*>/g, '')
    .replaceAll('&quot;', '"')
    .replaceAll('&#39;', "'")
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&amp;', '&');
}

/** What mail programs make links of: addresses with a scheme, hosts, mailboxes. */
const CLICKABLE =
  /(?:[a-z][a-z0-9+.-]*:\/\/[^\s"<>]+)|(?:[\w-]+(?:\.[\w-]+)*\.[a-z]{2,}\b)|(?:mailto:[^\s\u2060])|(?:\S@\w)/gi;
const joiner = /\u2060/g;

for (const [name, kind] of Object.entries(kinds)) {
  for (const locale of locales) {
    const mail = kind.make(locale, names);

    test(`${name} (${locale}) tells what it must, in both parts alike`, () => {
      const words = wordsOf(mail.html);
      for (const line of mail.text.split('\n').filter((line) => line !== '' && line !== kind.link)) {
        const shown = line.replace(/:$/, '').replace('481 516', CODE);
        assert.ok(words.includes(shown), `only in the text part: ${line}`);
      }
      for (const told of kind.tells) assert.ok(mail.text.replace(joiner, '').includes(names[told] ?? ''), told);
      assert.match(mail.text, /2026/);
      assert.match(mail.text, /\d:30 a\.m\. GMT-6|\d:30 AM CST/);
      assert.match(mail.html, new RegExp(`<html lang="${locale}"`));
    });

    test(`F-15: ${name} (${locale}) has one link, the same in both parts, and loads nothing`, () => {
      assert.deepEqual(mail.text.match(CLICKABLE), [kind.link]);
      assert.ok(mail.text.split('\n').includes(kind.link), 'alone on its line');
      assert.deepEqual(
        [...mail.html.matchAll(/\b(?:href|src|action|background|srcset)\s*=\s*"([^"]*)"/g)].map(([, value]) => value),
        [kind.link],
      );
      assert.doesNotMatch(mail.html, /<(?:img|link|script|style|iframe|form|object|svg|video|base)\b|url\(|@import/i);
      assert.deepEqual(wordsOf(mail.html).match(CLICKABLE), null);
    });

    test(`${name} (${locale}) is small, leaves light and dark to the mail program, and has a subject of one line`, () => {
      assert.ok(Buffer.byteLength(mail.html) <= 20_000);
      assert.match(mail.html, /<meta name="color-scheme" content="light dark">/);
      // The button has a ground and a colour of its own; nothing else has either, so nothing is dark on dark.
      assert.deepEqual(mail.html.match(/[";]color:[^;"]+/g), [';color:#ffffff']);
      assert.equal(mail.html.match(/background:/g)?.length, 1);
      assert.ok(mail.subject.length > 5 && mail.subject.length < 100, mail.subject);
      assert.doesNotMatch(mail.subject, /[\r\n]/);
    });
  }
}

for (const purpose of purposes) {
  test(`the code (${purpose}) comes first, in two groups, is copied as six digits, and is neither in subject nor preview`, () => {
    const mail = signInCode(codeProps({ purpose }));
    assert.match(mail.text, /^[^\n]+:\n\n481 516\n\n/);
    assert.match(mail.html, /<span[^>]*>481<\/span><span[^>]*>516<\/span>/);
    const preview = /display:none[^>]*>([^<]*)</.exec(mail.html)?.[1] ?? '';
    assert.ok(preview.length > 20);
    assert.doesNotMatch(`${mail.subject} ${preview}`, /481|516/);
    assert.match(mail.text, /10 minutos/);
  });
}

test('what a code is for is said in subject, sentence and button', () => {
  const mails = purposes.map((purpose) => signInCode(codeProps({ purpose, locale: 'en' })));
  assert.deepEqual(
    mails.map(({ subject }) => subject),
    [
      'Your code to sign in to Cursos de práctica',
      'Choose your password for Cursos de práctica',
      'Confirm your e-mail address at Cursos de práctica',
    ],
  );
  assert.equal(new Set(mails.map(({ text }) => text.split('\n')[0])).size, 3);
});

test('a device that is not known is not made up', () => {
  const mail = signInCode(codeProps({ requester: { device: null } }));
  assert.doesNotMatch(mail.text, /Desde|null|undefined/);
});

test('a notice says whom to ask, as the operator wrote it', () => {
  const props = noticeProps('es-MX', names);
  const asking = (support: Brand['support']) => passwordChanged({ ...props, brand: { ...props.brand, support } });
  assert.match(asking({ kind: 'email', address: 'ayuda@uni.example' }).text, /pide ayuda a ayuda@uni\.example\./);
  const page = asking({ kind: 'page', name: 'ayuda.example', href: accountLink as never });
  assert.match(page.text, /pide ayuda en ayuda\.example\./);
  assert.match(asking({ kind: 'nobody' }).text, /quien administra tu curso/);
  assert.equal(page.html.match(/<a /g)?.length, 1);
});

test('a code that is not six digits is a fault of ours', () => {
  for (const code of ['12345', '1234567', '12345a', '<b>123', '', '１２３４５６']) {
    assert.throws(() => signInCode(codeProps({ code })), TypeError, code);
  }
});

const hostileNames = [
  '<a href=https://evil.test>Haga clic</a>',
  'Juan\r\nBcc: evil@evil.test',
  'https://evil.test/premio',
  'HTTPS://EVIL.TEST',
  'evil.test',
  'www.evil.test/x?y=1',
  'ana@evil.test',
  'mailto:ana@evil.test',
  'javascript:alert(1)',
  '\u202egnp.tset.live//:sptth',
  '" onmouseover="alert(1)',
  '</title><script>alert(1)</script>',
  'a'.repeat(5_000),
  '&#104;ttps://evil.test',
  '\u0000\u0007',
];

test('F-15: no name that somebody chose becomes markup, a header or a link', () => {
  for (const hostile of hostileNames) {
    const chosen = { product: hostile, site: hostile, provider: hostile, address: hostile, device: hostile };
    for (const [name, kind] of Object.entries(kinds)) assertHarmless(kind.make('es-MX', chosen), kind.link, name);
  }
});

test('F-15: no text at all does', () => {
  const text = fc.oneof(
    fc.string({ unit: 'binary', maxLength: 80 }),
    fc
      .array(fc.constantFrom('https://', 'evil', '.', 'test', '/', '@', ':', '<', '>', '"', '\r\n', ' '))
      .map((parts) => parts.join('')),
  );
  fc.assert(
    fc.property(text, (hostile) => {
      const chosen = { product: hostile, site: hostile, provider: hostile, address: hostile, device: hostile };
      for (const [name, kind] of Object.entries(kinds)) assertHarmless(kind.make('en', chosen), kind.link, name);
    }),
  );
});

function assertHarmless(mail: MailMessage, link: MailLink, name: string): void {
  assert.deepEqual(mail.text.match(CLICKABLE), [link], name);
  assert.deepEqual(wordsOf(mail.html).match(CLICKABLE), null, name);
  // The tags are those of a harmless mail, in number and kind.
  const tags = (html: string) => html.match(/<[^>]*>/g)?.map((tag) => tag.replace(/ [\s\S]*/, '>'));
  const locale = mail.html.includes('lang="en"') ? 'en' : 'es-MX';
  assert.deepEqual(tags(mail.html), tags((kinds[name] as Kind).make(locale, names).html), name);
  assert.doesNotMatch(mail.subject, /[\p{Cc}\u202a-\u202e]/u);
  assert.ok(Buffer.byteLength(mail.html) <= 20_000);
}
