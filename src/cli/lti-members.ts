/**
 * The members of a campus's document as arguments: options for what most need, `--set` for every other.
 */
import { isSecretMember } from '../admin/lti.ts';
import { linkingRules } from '../configuration/lti-document.ts';
import type { Json, JsonObject } from '../model.ts';
import { UsageError } from './command.ts';

/** What an operator decides of any campus. */
export const decisionOptions = {
  client: { type: 'string' },
  linking: { type: 'string' },
  name: { type: 'string' },
  staff: { type: 'string', multiple: true },
  'trusted-email-domain': { type: 'string', multiple: true },
  'frame-origin': { type: 'string', multiple: true },
  set: { type: 'string', multiple: true },
  reason: { type: 'string' },
} as const;

export const SET_MEANS =
  '--set MEMBER=VALUE             any other member of docs/configuration.md; VALUE is JSON, or else a text; again for more';

export const decisionsMean: readonly string[] = [
  '--client CLIENT                the app that its launches end in',
  `--linking RULE                 whom somebody new becomes: ${linkingRules.join(', ')}`,
  '--name TEXT                    what people know the LMS by; the slug where it is not given',
  '--staff USERNAME               an account with staff powers, which no address leads to; again for more',
  '--trusted-email-domain DOMAIN  with trust-emails: whose addresses it vouches for; again for more',
  '--frame-origin ORIGIN          a site that may show our pages in a frame; again for more',
  SET_MEANS,
  '--reason TEXT                  kept in the history',
];

export interface DecisionValues {
  readonly client?: string | undefined;
  readonly linking?: string | undefined;
  readonly name?: string | undefined;
  readonly staff?: string[] | undefined;
  readonly 'trusted-email-domain'?: string[] | undefined;
  readonly 'frame-origin'?: string[] | undefined;
  readonly set?: string[] | undefined;
}

/** What was said, by the names of the document. @throws UsageError where what has no default is missing */
export function decisionsOf(values: DecisionValues): JsonObject {
  const { client, linking, name, staff, set } = values;
  return {
    client: needed(client, '--client'),
    linking: needed(linking, '--linking'),
    ...said({ name, staff, trusted_email_domains: values['trusted-email-domain'] }),
    ...said({ frame_origins: values['frame-origin'] }),
    ...membersSet(set ?? []),
  };
}

/** @throws UsageError */
export function needed<Value>(value: Value | undefined, option: string): Value {
  if (value === undefined) throw new UsageError(`${option} is missing`);
  return value;
}

/** Without what was not said. */
function said(members: { readonly [name: string]: Json | undefined }): JsonObject {
  return Object.fromEntries(
    Object.entries(members).flatMap(([name, value]) => (value === undefined ? [] : [[name, value] as const])),
  );
}

/** @throws UsageError; it repeats no value, which may have been meant to be a secret */
export function membersSet(pairs: readonly string[]): JsonObject {
  return Object.fromEntries(
    pairs.map((pair) => {
      const [, member = '', value = ''] = /^([a-z0-9_]+)=(.*)$/s.exec(pair) ?? [];
      if (member === '') throw new UsageError('--set wants MEMBER=VALUE');
      if (isSecretMember(member)) throw new UsageError(`${member} is no argument: arguments are seen by everybody`);
      return [member, jsonOrText(value)];
    }),
  );
}

function jsonOrText(text: string): Json {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
