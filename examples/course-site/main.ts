/**
 * Runs the course site by itself: `node examples/course-site/main.ts`, with its settings in the environment.
 *
 * The secret is read from the environment only, so that it appears neither in a command line nor in a file of the code.
 */

import { randomBytes } from 'node:crypto';
import { createCourseSite, listen } from './course-site.ts';

const origin = required('COURSE_SITE_ORIGIN');
const site = createCourseSite({
  origin,
  issuer: required('COURSE_SITE_ISSUER'),
  clientId: required('COURSE_SITE_CLIENT_ID'),
  clientSecret: required('COURSE_SITE_CLIENT_SECRET'),
  scope: process.env.COURSE_SITE_SCOPE ?? 'openid profile email',
  environment: { now: Date.now, randomBytes },
});
await listen(site, Number(new URL(origin).port || 4402), 'localhost');
console.log(`The course site is at ${origin}`);

function required(name: string): string {
  const value = process.env[name];
  if (value === undefined || value === '') throw new Error(`${name} is not set`);
  return value;
}
