/**
 * What somebody does on the practice campus, with the test browser: choose who they are, open the course, press a link, and go on
 * where a form would go on by itself.
 *
 * Top-level only: the test browser has no frames.
 */
import assert from 'node:assert/strict';
import type { Page, TestBrowser } from '../browser.ts';

export interface Campus {
  /** Origin and prefix. */
  readonly base: string;
  readonly browser: TestBrowser;
}

/** Chooses who one is on the campus, whoever one was before, and ends at the list of courses. */
export async function enterCampus({ base, browser }: Campus, person: string): Promise<Page> {
  const page = await browser.get(`${base}/`);
  const people = page.find('campus-sign-out') === null ? page : await browser.click(page, 'campus-sign-out');
  return browser.submit(people, `person-${person}`);
}

export async function openCourse({ base, browser }: Campus, course: string): Promise<Page> {
  return browser.click(await browser.get(`${base}/`), `course-${course}`);
}

/** Presses a link, a tool to add an activity of, or a submission; ends at the first form that goes on by itself, or where a redirect leads. */
export async function press(campus: Campus, course: string, testId: string): Promise<Page> {
  return campus.browser.click(await openCourse(campus, course), testId);
}

/** How many forms there are at most in a launch: to the login address, and back from the campus. */
const mostForms = 2;

/** Goes on from form to form until the tool answers with something else. */
export async function goOn({ browser }: Campus, first: Page): Promise<Page> {
  let page = first;
  for (let forms = 0; page.find('launch-continue') !== null; forms += 1) {
    assert.ok(forms < mostForms, `the launch goes round in circles at ${page.url.href}`);
    page = await browser.submit(page, 'launch-continue');
  }
  return page;
}

export interface Pressed {
  readonly person: string;
  readonly course: string;
  readonly link: string;
}

/** A whole launch: what the tool answers in the end. */
export async function launch(campus: Campus, { person, course, link }: Pressed): Promise<Page> {
  await enterCampus(campus, person);
  return goOn(campus, await press(campus, course, `link-${link}`));
}
