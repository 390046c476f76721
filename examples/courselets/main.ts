/**
 * Runs Courselets by itself: `node examples/courselets/main.ts`, with its settings in the environment.
 */
import { randomBytes } from 'node:crypto';
import { startCourselets } from './courselets.ts';

const { origin } = await startCourselets({
  port: Number(process.env.COURSELETS_PORT ?? '4403'),
  issuer: required('COURSELETS_ISSUER'),
  clientId: required('COURSELETS_CLIENT_ID'),
  clientSecret: required('COURSELETS_CLIENT_SECRET'),
  guestProvider: process.env.COURSELETS_GUEST_PROVIDER ?? null,
  databaseFile: process.env.COURSELETS_DATABASE ?? 'courselets.db',
  environment: { now: Date.now, randomBytes },
});
console.log(`Courselets is at ${origin}`);

function required(name: string): string {
  const value = process.env[name];
  if (value === undefined || value === '') throw new Error(`${name} is not set`);
  return value;
}
