/**
 * What an operator says about X, whichever of its two protocols is used.
 */
import { z } from 'zod';
import { practiceIssuer, redirectUri } from './common-settings.ts';

export const xSettings = {
  request_email: z
    .boolean()
    .default(true)
    .describe('Whether the e-mail address is asked for. Needs "Request email from users" in the app.'),
  trust_verified_email: z
    .boolean()
    .default(false)
    .describe('Whether an address that X says was confirmed counts as proof of it.'),
  redirect_uri: redirectUri,
  practice_issuer: practiceIssuer,
};

export const xHint = { 'es-MX': 'Con tu cuenta de X', en: 'With your X account' } as const;
