/**
 * A campus that launches: the only maker of `VerifiedLaunch` beside the two verifiers, for tests of what a launch becomes.
 *
 * It posts from a site of its own, as every LMS does, so that the browser keeps our cookies from the first request. What comes in
 * at its door has no signature: it is a door of tests only.
 */

import { SignInError } from '../../src/errors.ts';
import type { LaunchRegistration, LinkingRule } from '../../src/lti/launch-registration.ts';
import type { LaunchFacts, VerifiedLaunch } from '../../src/lti/verified-launch.ts';
import type { LaunchDoor } from '../../src/sign-in/launch.ts';
import type { Page, TestBrowser } from '../browser.ts';
import { BROKER, COURSE_SITE, type RigOptions } from '../rig.ts';

export const CAMPUS = 'https://campus.test';
/** A page of the course site, which its client lists. */
export const LESSON = `${COURSE_SITE}/courses/algebra/1`;

export interface Campus {
  readonly door: LaunchDoor<unknown>;
  /** What the operator wrote; a test may change it. */
  readonly registrations: Map<string, LaunchRegistration>;
  /** A person presses the link of a course. */
  launch(browser: TestBrowser, changes?: Partial<LaunchFacts>): Promise<Page>;
  /** The same, to the first page that asks something. */
  press(browser: TestBrowser, changes: Partial<LaunchFacts>): Promise<Page>;
  /** The same where the campus shows the link in a frame: what stands in it. */
  launchInFrame(browser: TestBrowser, changes?: Partial<LaunchFacts>): Promise<Page>;
}

export const requireAccount: LinkingRule = { kind: 'require-account', staff: [] };
export const createOnFirstLaunch: LinkingRule = { kind: 'create-on-first-launch', staff: [] };
export const trustEmails: LinkingRule = { kind: 'trust-emails', domains: ['uni.mx'], staff: [] };
export const never: LinkingRule = { kind: 'never', staff: [] };

export function campusWith(linking: LinkingRule, ...more: readonly string[]): Campus {
  const registrations = new Map<string, LaunchRegistration>();
  for (const slug of ['campus', ...more]) {
    const name = { 'es-MX': 'Campus de práctica', en: 'Practice campus' };
    registrations.set(slug, { slug, name, client: 'course-site', linking });
  }
  const posted = new Map<string, VerifiedLaunch>();
  const send = (browser: TestBrowser, changes: Partial<LaunchFacts>, as: 'document' | 'iframe'): Promise<Page> => {
    const id = String(posted.size);
    posted.set(id, verified(changes));
    return browser.post(`${BROKER}/launch-of-tests/${id}`, {}, { from: `${CAMPUS}/course`, as });
  };
  return {
    registrations,
    door: {
      registrationsOf: () => registrations,
      mount(app, receive) {
        app.post('/launch-of-tests/:id', (c) => {
          const launch = posted.get(c.req.param('id'));
          if (launch === undefined) throw new SignInError('not_found', 'no such launch was made');
          return receive(c, launch, null);
        });
      },
    },
    async launch(browser, changes = {}) {
      const page = await send(browser, changes, 'document');
      // Asked of LTI 1.1 where nobody is signed in (R9): it is them.
      return page.find('continue-as') === null ? page : browser.submit(page, 'continue-as');
    },
    press: (browser, changes) => send(browser, changes, 'document'),
    launchInFrame: (browser, changes = {}) => send(browser, changes, 'iframe'),
  };
}

/** The rig with this campus, and a course site that begins sign-ins by itself. */
export const withCampus = (campus: Campus, options: Partial<RigOptions> = {}): Partial<RigOptions> => ({
  ...options,
  launchDoor: campus.door,
  moreCourseSite: [
    `initiate_login_uri: ${COURSE_SITE}/login`,
    `lti_targets: [${COURSE_SITE}/courses/]`,
    ...(options.moreCourseSite ?? []),
  ],
});

function verified(changes: Partial<LaunchFacts>): VerifiedLaunch {
  const facts: LaunchFacts = {
    ...{ version: '1.3', registration: 'campus', deploymentId: '1', subject: 'ana-1', message: 'resource-link' },
    person: { ...nobody, fullName: 'Ana Robles', email: 'ana@uni.mx' },
    roles: ['http://purl.imsglobal.org/vocab/lis/v2/membership#Learner'],
    context: { id: 'algebra', label: 'ALG', title: 'Álgebra' },
    resourceLink: { id: 'link-1', title: 'Lección 1' },
    ...{ target: LESSON, custom: {}, outcome: null, grades: null, memberships: null, deepLinking: null, forUser: null },
    ...{ migratedFrom: null, returnUrl: null },
    ...changes,
  };
  return facts as VerifiedLaunch;
}

const nobody: LaunchFacts['person'] = {
  ...{ fullName: null, givenName: null, familyName: null, email: null, locale: null, sourcedId: null },
};

/** Of whom the campus says only this. */
export const personWith = (changes: Partial<LaunchFacts['person']>): LaunchFacts['person'] => ({
  ...nobody,
  ...changes,
});
