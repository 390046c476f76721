/**
 * The page of one course, which is where links of a campus lead.
 *
 * Shows what the campus said in words, so that people see what came along with them.
 */

import { html } from 'hono/html';
import type { SignedIn } from './broker.ts';
import { type FromCampus, isGraded, readFromCampus, rolesInWords } from './campus.ts';
import { claimsSection, displayName, type Html, layout } from './pages.ts';
import { type Course, type Language, texts } from './texts.ts';

export interface CoursePage {
  readonly course: Course;
  readonly person: SignedIn | null;
  /** Leads back here. */
  readonly signInHref: string;
  /** Whether a score can be sent from here, or has just been. */
  readonly score: 'none' | 'offered' | 'sent';
}

export function coursePage(language: Language, { course, person, signInHref, score }: CoursePage): Html {
  const t = texts[language];
  const fromCampus = person === null ? null : readFromCampus(person.userInfo);
  return layout(
    language,
    course.title[language],
    html`<section class="hero">
      <h1>${course.title[language]}</h1>
      <p>${course.summary[language]}</p>
      ${person === null ? invitation(language, signInHref) : welcome(language, person)}
    </section>
    ${fromCampus === null ? '' : campusSection(language, fromCampus)}
    ${fromCampus === null || !isGraded(fromCampus) ? '' : scorePart(language, course, score)}
    ${person === null ? '' : claimsSection(language, person)}
    <p><a href="/" data-testid="home">${t.backToCourses}</a></p>`,
  );
}

function scorePart(language: Language, { slug }: Course, score: CoursePage['score']): Html | string {
  const t = texts[language];
  if (score === 'none') return '';
  return html`<section>
      ${score === 'sent' ? html`<p role="status" data-testid="score-sent">${t.scoreSent}</p>` : ''}
      <form method="post" action="/courses/${slug}/score">
        <button class="button" type="submit" data-testid="send-score">${t.sendScore}</button>
      </form>
    </section>`;
}

function invitation(language: Language, signInHref: string): Html {
  return html`<p class="actions"><a class="button" href="${signInHref}" data-testid="sign-in">${texts[language].signIn}</a></p>`;
}

function welcome(language: Language, person: SignedIn): Html {
  const t = texts[language];
  return html`<p data-testid="signed-in-as">${t.signedInAs} <strong>${displayName(person)}</strong></p>
      <form method="post" action="/logout">
        <button class="button quiet" type="submit" data-testid="sign-out">${t.signOut}</button>
      </form>`;
}

function campusSection(language: Language, { course, activity, roles }: FromCampus): Html {
  const t = texts[language];
  const rows = [
    [t.campusCourse, course],
    [t.campusActivity, activity],
    [t.campusRole, rolesInWords(roles, language)],
  ].filter(([, value]) => value !== '');
  return html`<section aria-labelledby="campus-title">
      <h2 id="campus-title">${t.campusTitle}</h2>
      <p>${t.campusLead}</p>
      <table data-testid="from-campus"><tbody>${rows.map(([name, value]) => html`<tr><th scope="row">${name}</th><td>${value}</td></tr>`)}</tbody></table>
    </section>`;
}
