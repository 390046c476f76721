/**
 * The pages of the site, as templates that escape what they are given.
 *
 * Never contains a script or a style attribute: the Content-Security-Policy forbids both. Every text comes from the
 * language table, except what the broker said about the person.
 */

import { html } from 'hono/html';
import type { SignedIn } from './broker.ts';
import { claimInWords, valueInWords } from './claims.ts';
import { type Course, courses, type Language, texts } from './texts.ts';

export type Html = ReturnType<typeof html>;

/** A way in that skips the broker's chooser. */
export interface Shortcut {
  /** The provider's slug at the broker. */
  readonly idpHint: string;
  readonly name: string;
}

/** The name to greet somebody by: claims are optional, the subject never is. */
export function displayName(person: SignedIn): string {
  for (const claim of ['name', 'preferred_username']) {
    const value = person.userInfo[claim];
    if (typeof value === 'string' && value.trim() !== '') return value;
  }
  return person.subject;
}

/** By the given names where they are known: a subject is no way to greet anybody. */
function greeting(language: Language, person: SignedIn): string {
  const { hello } = texts[language];
  const { given_name: givenNames } = person.userInfo;
  return typeof givenNames === 'string' && givenNames.trim() !== '' ? `${hello}, ${givenNames}` : hello;
}

export function homePage(language: Language, person: SignedIn | null, shortcuts: readonly Shortcut[]): Html {
  const t = texts[language];
  const top = person === null ? invitation(language, shortcuts) : welcome(language, person);
  return layout(
    language,
    t.homeTitle,
    html`${top}
      <section class="courses" aria-labelledby="courses-title">
        <h2 id="courses-title">${t.coursesTitle}</h2>
        <ul class="cards">${courses.map((course) => courseCard(language, course))}</ul>
      </section>
      ${person === null ? '' : claimsSection(language, person)}`,
  );
}

function invitation(language: Language, shortcuts: readonly Shortcut[]): Html {
  const t = texts[language];
  const links = shortcuts.map(
    ({ idpHint, name }) =>
      html`<a class="button quiet" href="/login?idp_hint=${encodeURIComponent(idpHint)}" data-testid="sign-in-${idpHint}">${t.signInWith} ${name}</a>`,
  );
  return html`<section class="hero">
    <h1>${t.homeTitle}</h1>
    <p>${t.homeLead}</p>
    <p class="actions"><a class="button" href="/login" data-testid="sign-in">${t.signIn}</a>${links}</p>
  </section>`;
}

function welcome(language: Language, person: SignedIn): Html {
  const t = texts[language];
  return html`<section class="hero">
    <h1>${greeting(language, person)}</h1>
    <p data-testid="signed-in-as">${t.signedInAs} <strong>${displayName(person)}</strong></p>
    <form method="post" action="/logout">
      <button class="button quiet" type="submit" data-testid="sign-out">${t.signOut}</button>
    </form>
  </section>`;
}

function courseCard(language: Language, course: Course): Html {
  return html`<li class="card ${course.slug}" data-testid="course-${course.slug}">
    <h3><a href="/courses/${course.slug}" data-testid="open-${course.slug}">${course.title[language]}</a></h3>
    <p>${course.summary[language]}</p>
    <p class="note">${course.weeks} ${texts[language].weeks}</p>
  </li>`;
}

export function claimsSection(language: Language, person: SignedIn): Html {
  const t = texts[language];
  const rows = Object.entries(person.userInfo).map(
    ([claim, value]) =>
      html`<tr><th scope="row">${claimName(claim, language)}</th><td>${valueInWords(claim, value, language)}</td></tr>`,
  );
  const everything = JSON.stringify({ id_token: person.idTokenClaims, userinfo: person.userInfo }, null, 2);
  return html`<section class="claims" aria-labelledby="claims-title">
    <h2 id="claims-title">${t.claimsTitle}</h2>
    <p>${t.claimsLead}</p>
    <table data-testid="claims">
      <thead><tr><th scope="col">${t.claim}</th><th scope="col">${t.value}</th></tr></thead>
      <tbody>${rows}</tbody>
    </table>
    <details>
      <summary>${t.claimsAll}</summary>
      <pre tabindex="0" data-testid="claims-json">${everything}</pre>
    </details>
  </section>`;
}

/** In words, with the wire name beneath for developers. */
function claimName(claim: string, language: Language): Html {
  // On a phone a long wire name may break, but between its words only.
  const wireName = claim.split(/(?<=[_/])/).map((word) => html`${word}<wbr>`);
  const name = claimInWords(claim, language);
  return name === null ? html`<code>${wireName}</code>` : html`${name}<code class="wire">${wireName}</code>`;
}

export function signedOutPage(language: Language): Html {
  const t = texts[language];
  return layout(
    language,
    t.signedOutTitle,
    html`<section class="hero" data-testid="signed-out">
      <h1>${t.signedOutTitle}</h1>
      <p>${t.signedOutText}</p>
      <p class="actions"><a class="button" href="/" data-testid="home">${t.backToCourses}</a></p>
    </section>`,
  );
}

export type ProblemKind =
  | 'denied'
  | 'attempt'
  | 'unavailable'
  | 'refused'
  | 'invalid'
  | 'crossSite'
  | 'notFound'
  | 'internal';

/** What went wrong, what to do now, and the code for support. */
export function problemPage(language: Language, kind: ProblemKind, code: string): Html {
  const t = texts[language];
  const canRetry = kind !== 'crossSite' && kind !== 'notFound';
  return layout(
    language,
    t[`${kind}Title`],
    html`<section class="hero" data-testid="problem">
      <h1>${t[`${kind}Title`]}</h1>
      <p>${t[`${kind}Text`]}</p>
      <p class="actions">
        ${canRetry ? html`<a class="button" href="/login" data-testid="try-again">${t.tryAgain}</a>` : ''}
        <a class="button quiet" href="/" data-testid="home">${t.backToCourses}</a>
      </p>
      <p class="note">${t.errorCode}: <code data-testid="error-code">${code}</code></p>
    </section>`,
  );
}

export function layout(language: Language, title: string, content: Html): Html {
  const t = texts[language];
  const other = language === 'es' ? 'en' : 'es';
  return html`<!doctype html>
<html lang="${t.htmlLanguage}">
<head>
  <meta charset="utf-8">
  <meta name="viewport" content="width=device-width, initial-scale=1">
  <title>${title} · ${t.siteName}</title>
  <link rel="stylesheet" href="/style.css">
  <link rel="icon" href="/mark.svg" type="image/svg+xml">
</head>
<body>
  <header>
    <a class="brand" href="/">${mark()}<span>${t.siteName}</span> <small>${t.siteTagline}</small></a>
    <a href="/?lang=${other}" lang="${other}" hreflang="${other}" data-testid="language">${t.otherLanguage}</a>
  </header>
  <main>${content}</main>
</body>
</html>`;
}

/** The mark of this imaginary school, a tree; in the page it takes the colour of the stylesheet. */
function mark(): Html {
  return html`<svg class="mark" viewBox="0 0 32 32" width="32" height="32" aria-hidden="true">${tree()}</svg>`;
}

/** The same tree as a file of its own, for the browser's tab. */
export function markFile(): Html {
  return html`<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32" fill="#7a2348">${tree()}</svg>`;
}

function tree(): Html {
  return html`<circle cx="16" cy="13" r="9" /><circle cx="8" cy="17" r="5" /><circle cx="24" cy="17" r="5" /><path d="M14 18h4l1 11h-6z" />`;
}
