/**
 * `llavero keys …`: the keys that sign for clients, and those that sign for campus LMSs.
 */
import { type KeyView, listKeys, retireSigningKey, rotateSigningKey } from '../admin/keys.ts';
import type { Milliseconds } from '../model.ts';
import type { KeyPurpose, SigningAlgorithm } from '../store/signing-keys.ts';
import type { Store } from '../store/store.ts';
import { type Command, readArguments, UsageError } from './command.ts';
import { moment, table } from './text.ts';
import { authorship, withStore } from './with-store.ts';

const storesOf = ({ signingKeys, ltiKeys }: Store) => [signingKeys, ltiKeys];

export const keysList: Command = {
  name: 'keys list',
  usage: '',
  details: ['next: published, does not sign yet. retired: published, signs no more. gone: not published.'],
  async run(context) {
    readArguments(context.arguments, [], {});
    const keys = await withStore(context, ({ store }) => listKeys(storesOf(store), context.environment.now()));
    const rows = [
      ['KEY', 'FOR', 'ALGORITHM', 'STATE', 'MADE', 'SIGNS FROM', 'SIGNS UNTIL', 'PUBLISHED UNTIL'],
      ...keys.map(row),
    ];
    context.show({ keys }, keys.length === 0 ? 'No keys yet: the first start makes them.' : table(rows));
    return 0;
  },
};

function row({ kid, purpose, algorithm, state, createdAt, signsFrom, signsUntil, publishedUntil }: KeyView): string[] {
  return [
    kid,
    purpose,
    algorithm,
    state,
    moment(createdAt),
    moment(signsFrom),
    until(signsUntil),
    until(publishedUntil),
  ];
}

function until(at: Milliseconds | null): string {
  return at === null ? '' : moment(at);
}

export const keysRotate: Command = {
  name: 'keys rotate',
  usage: '[--for clients|lti] [--algorithm RS256|ES256] [--now] [--reason TEXT]',
  details: [
    '--for           lti: the key that campus LMSs are shown, with RS256. clients where it is not given',
    '--algorithm     RS256 where it is not given',
    '--now           it signs in ten seconds, because the other may be in the wrong hands: apps that keep the',
    '                published keys refuse sign-ins until they look again, some of them for a day',
    '--reason TEXT   kept in the audit trail',
    'Running servers publish it within seconds. It signs 26 hours later, when every app has seen it.',
  ],
  async run(context) {
    const { values } = readArguments(context.arguments, [], {
      for: { type: 'string', default: 'clients' },
      algorithm: { type: 'string', default: 'RS256' },
      now: { type: 'boolean', default: false },
      reason: { type: 'string' },
    });
    const purpose = parsePurpose(values.for);
    const rotation = {
      algorithm: parseAlgorithm(values.algorithm),
      begin: values.now ? 'at once' : 'when clients have seen it',
      ...authorship(context, values.reason, 'keys rotate'),
    } as const;
    const key = await withStore(context, ({ store }) =>
      rotateSigningKey(purpose === 'lti' ? store.ltiKeys : store.signingKeys, rotation, context.environment),
    );
    if (values.now) {
      context.complain(`The key before it stays published. Is it in the wrong hands? Then \`llavero keys retire\` it.`);
    }
    const seconds = Math.ceil((key.signsFrom - context.environment.now()) / 1000);
    context.show(key, `${key.kid} signs ${seconds < 60 ? `in ${seconds} seconds` : `from ${moment(key.signsFrom)}`}.`);
    return 0;
  },
};

export const keysRetire: Command = {
  name: 'keys retire',
  usage: 'KEY --reason TEXT',
  details: [
    'It is published no more: what it signed is refused by whoever looks. Apps that keep the published keys trust it',
    'until they look again. Rotate first where it is the one that signs.',
  ],
  async run(context) {
    const { values, positionals } = readArguments(context.arguments, ['KEY'], { reason: { type: 'string' } });
    if (values.reason === undefined || values.reason.trim() === '') throw new UsageError('--reason is missing');
    const change = { by: context.operator, reason: values.reason };
    const key = await withStore(context, ({ store }) =>
      retireSigningKey(storesOf(store), positionals[0], change, context.environment),
    );
    context.show(key, `${key.kid} is published no more.`);
    return 0;
  },
};

function parseAlgorithm(text: string): SigningAlgorithm {
  if (text === 'RS256' || text === 'ES256') return text;
  throw new UsageError('--algorithm must be RS256 or ES256');
}

function parsePurpose(text: string): KeyPurpose {
  if (text === 'clients' || text === 'lti') return text;
  throw new UsageError('--for must be clients or lti');
}
