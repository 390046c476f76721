/**
 * The pages, as templates that escape what they are given. No script, no style attribute.
 */
import { html } from 'hono/html';
import type { Html } from '../course-site/pages.ts';
import type { Language } from '../course-site/texts.ts';
import type { Course, Evaluation, Lesson, Progress, Unit } from './learning.ts';
import type { Person } from './sessions.ts';
import { texts } from './texts.ts';

export interface Visit {
  readonly language: Language;
  /** Null: nobody is signed in. */
  readonly person: Person | null;
  /** The provider of guests at the broker; null where none is offered. */
  readonly guestProvider: string | null;
}

export function homePage(visit: Visit, courses: readonly Course[], progress: Progress | null): Html {
  const t = texts[visit.language];
  return layout(
    visit,
    t.coursesTitle,
    html`<section class="hero">
      <h1>${t.coursesTitle}</h1>
      <p>${t.coursesLead}</p>
      ${whoIsHere(visit)}
    </section>
    ${progress === null ? '' : progressTable(visit.language, progress)}
    <section class="courses"><ul class="cards">${courses.map((course) => courseCard(visit.language, course))}</ul></section>`,
  );
}

function whoIsHere({ language, person, guestProvider }: Visit): Html {
  const t = texts[language];
  if (person === null) {
    const asGuest =
      guestProvider === null
        ? ''
        : html`<a class="button quiet" href="/login?idp_hint=${guestProvider}" data-testid="as-guest">${t.asGuest}</a>`;
    return html`<p class="actions"><a class="button" href="/login" data-testid="sign-in">${t.signIn}</a>${asGuest}</p>
      ${guestProvider === null ? '' : html`<p class="note">${t.guestNote}</p>`}`;
  }
  const keep =
    person.name === null && guestProvider !== null
      ? html`<a class="button" href="/login?prompt=login" data-testid="keep-work">${t.keepWork}</a>`
      : '';
  return html`<p data-testid="signed-in-as">${t.signedInAs} <strong>${person.name ?? t.guest}</strong></p>
    <form method="post" action="/logout" class="actions">${keep}
      <button class="button quiet" type="submit" data-testid="sign-out">${t.signOut}</button>
    </form>`;
}

function progressTable(language: Language, progress: Progress): Html {
  const t = texts[language];
  const rows = [
    ['courses', t.courses, progress.courses],
    ['responses', t.responses, progress.responses],
    ['errors', t.errorCount, progress.errors],
    ['finished-units', t.finishedUnits, progress.finishedUnits],
    ['messages', t.messages, progress.messages],
  ] as const;
  return html`<section class="claims" aria-labelledby="progress-title">
    <h2 id="progress-title">${t.progressTitle}</h2>
    <table><tbody>${rows.map(
      ([id, name, count]) => html`<tr><th scope="row">${name}</th><td data-testid="progress-${id}">${count}</td></tr>`,
    )}</tbody></table>
  </section>`;
}

function courseCard(language: Language, { id, title, isEnrolled }: Course): Html {
  const t = texts[language];
  return html`<li class="card" data-testid="course-${id}">
    <h3>${title}</h3>
    ${isEnrolled ? html`<p class="note" data-testid="enrolled">${t.enrolled}</p>` : ''}
    <p><a href="/courses/${id}" data-testid="open-${id}">${t.open}</a></p>
  </li>`;
}

export function coursePage(visit: Visit, course: Course, units: readonly Unit[]): Html {
  const t = texts[visit.language];
  const top =
    visit.person === null
      ? html`<p>${t.signInFirst}</p>${whoIsHere(visit)}`
      : course.isEnrolled
        ? ''
        : html`<form method="post" action="/courses/${course.id}/enrol"><button class="button" type="submit" data-testid="enrol">${t.enrol}</button></form>`;
  return layout(
    visit,
    course.title,
    html`<section class="hero"><h1>${course.title}</h1>${top}</section>
    ${units.map((unit) => unitSection(visit, unit))}
    <p><a href="/" data-testid="home">${t.back}</a></p>`,
  );
}

function unitSection(visit: Visit, unit: Unit): Html {
  const t = texts[visit.language];
  const finished = unit.isFinished
    ? html` <span class="note" data-testid="finished-${unit.id}">${t.finished}</span>`
    : '';
  return html`<section aria-labelledby="unit-${unit.id}">
    <h2 id="unit-${unit.id}">${unit.title}${finished}</h2>
    ${unit.lessons.map((lesson) => lessonArticle(visit, lesson))}
  </section>`;
}

function lessonArticle(visit: Visit, lesson: Lesson): Html {
  return html`<article class="card" data-testid="lesson-${lesson.unitLessonId}">
    <p><strong>${lesson.question}</strong></p>
    ${visit.person === null ? '' : lesson.response === null ? answerForm(visit.language, lesson) : answered(visit.language, lesson)}
  </article>`;
}

function answerForm(language: Language, { unitLessonId: id }: Lesson): Html {
  const t = texts[language];
  return html`<form method="post" action="/lessons/${id}/answer">
    <p><label for="text-${id}">${t.yourAnswer}</label><br>
      <textarea id="text-${id}" name="text" rows="3" cols="40" required maxlength="4000"></textarea></p>
    <button class="button" type="submit" data-testid="send-${id}">${t.send}</button>
  </form>`;
}

const saidOf = { different: 'isDifferent', close: 'isClose', correct: 'isCorrect' } as const;

function answered(language: Language, lesson: Lesson): Html {
  const t = texts[language];
  const { response, unitLessonId: id } = lesson;
  if (response === null) return html``;
  return html`<p>${t.youAnswered}: <span data-testid="answer-${id}">${response.text}</span></p>
    <p>${t.authorAnswer}: ${lesson.answer}</p>
    ${
      response.evaluation === null
        ? evaluationForm(language, response.id)
        : html`<p data-testid="evaluation-${id}">${t.evaluated} ${t[saidOf[response.evaluation]]}.</p>`
    }
    ${
      lesson.errors.length === 0
        ? ''
        : html`<p>${t.errors}:</p><ul data-testid="errors-${id}">${lesson.errors.map((error) => html`<li>${error}</li>`)}</ul>`
    }
    <form method="post" action="/lessons/${id}/like">
      <button class="button quiet" type="submit" data-testid="like-${id}">${t.like} (${lesson.likes})</button>
    </form>`;
}

function evaluationForm(language: Language, response: number): Html {
  const t = texts[language];
  const choices: readonly Evaluation[] = ['different', 'close', 'correct'];
  return html`<form method="post" action="/responses/${response}/evaluation">
    <fieldset><legend>${t.compare}</legend>${choices.map(
      (choice) =>
        html`<p><label><input type="radio" name="evaluation" value="${choice}" required> ${t[choice]}</label></p>`,
    )}</fieldset>
    <p><label for="error-${response}">${t.confused}</label><br>
      <input id="error-${response}" name="error" maxlength="500" size="40"></p>
    <button class="button" type="submit" data-testid="evaluate">${t.save}</button>
  </form>`;
}

export type MessageKind = 'signedOut' | 'problem' | 'notFound' | 'denied' | 'unavailable';

export function messagePage(visit: Visit, kind: MessageKind, code: string | null): Html {
  const t = texts[visit.language];
  const title = t[`${kind}Title`];
  return layout(
    visit,
    title,
    html`<section class="hero" data-testid="${kind}">
      <h1>${title}</h1>
      ${kind === 'signedOut' ? '' : html`<p>${t.problemText}</p>`}
      <p class="actions"><a class="button" href="/" data-testid="home">${t.back}</a></p>
      ${code === null ? '' : html`<p class="note">${t.errorCode}: <code data-testid="error-code">${code}</code></p>`}
    </section>`,
  );
}

function layout({ language }: Visit, title: string, content: Html): Html {
  const t = texts[language];
  const other = language === 'es' ? 'en' : 'es';
  return html`<!doctype html>
<html lang="${t.htmlLanguage}">
<head>
  <meta charset="utf-8">
  <meta name="viewport" content="width=device-width, initial-scale=1">
  <title>${title} · ${t.siteName}</title>
  <link rel="stylesheet" href="/style.css">
</head>
<body>
  <header>
    <a class="brand" href="/"><span>${t.siteName}</span> <small>${t.tagline}</small></a>
    <a href="/?lang=${other}" lang="${other}" hreflang="${other}" data-testid="language">${t.otherLanguage}</a>
  </header>
  <main>${content}</main>
</body>
</html>`;
}
