/**
 * A launch of LTI 1.1 as an LMS sends it: parameters, signed, as the body of a form.
 */
import { signatureBaseString } from '../../src/oauth1/base-string.ts';
import { type Parameter, parseForm, writeForm } from '../../src/oauth1/encoding.ts';
import { sign } from '../../src/oauth1/signature.ts';

export interface Signing {
  readonly url: string;
  readonly secret: string;
  readonly method: 'HMAC-SHA1' | 'HMAC-SHA256';
}

/** What every launch has; `oauth_timestamp` is the test's. */
export function launchParameters(timestamp: number, nonce: string): readonly Parameter[] {
  return Object.entries({
    oauth_consumer_key: 'campus-key',
    oauth_nonce: nonce,
    oauth_signature_method: 'HMAC-SHA1',
    oauth_timestamp: String(timestamp),
    oauth_version: '1.0',
    oauth_callback: 'about:blank',
    lti_message_type: 'basic-lti-launch-request',
    lti_version: 'LTI-1p0',
    resource_link_id: 'rl-1',
    user_id: 'u-1',
    roles: 'Learner',
  });
}

/** Those of the first list whose names the second has too are replaced by it. */
export function changed(parameters: readonly Parameter[], changes: readonly Parameter[]): readonly Parameter[] {
  return [...parameters.filter(([name]) => !changes.some(([other]) => other === name)), ...changes];
}

export const without = (parameters: readonly Parameter[], ...names: readonly string[]) =>
  parameters.filter(([name]) => !names.includes(name));

export function signatureOf(parameters: readonly Parameter[], { url, secret, method }: Signing): string {
  const address = new URL(url);
  const all = [...parseForm(address.search.slice(1)), ...parameters];
  const baseString = signatureBaseString({ method: 'POST', url: address, parameters: all });
  return sign(baseString, { method, clientSecret: secret, tokenSecret: '' });
}

export function signedForm(parameters: readonly Parameter[], signing: Signing): string {
  return writeForm([...parameters, ['oauth_signature', signatureOf(parameters, signing)]]);
}
