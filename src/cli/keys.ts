/**
 * `llavero keys …`: the keys that sign for clients.
 */
import { type KeyView, listKeys, rotateSigningKey } from '../admin/keys.ts';
import type { SigningAlgorithm } from '../store/signing-keys.ts';
import { type Command, readArguments, UsageError } from './command.ts';
import { moment, table } from './text.ts';
import { authorship, withStore } from './with-store.ts';

export const keysList: Command = {
  name: 'keys list',
  usage: '',
  details: [],
  async run(context) {
    readArguments(context.arguments, [], {});
    const keys = await withStore(context, ({ store }) => listKeys(store.signingKeys, context.environment.now()));
    const rows = [['KEY', 'ALGORITHM', 'STATE', 'MADE'], ...keys.map(row)];
    context.show({ keys }, keys.length === 0 ? 'No keys yet: the first start makes them.' : table(rows));
    return 0;
  },
};

function row({ kid, algorithm, state, createdAt }: KeyView): string[] {
  return [kid, algorithm, state, moment(createdAt)];
}

export const keysRotate: Command = {
  name: 'keys rotate',
  usage: '[--algorithm RS256|ES256] [--reason TEXT]',
  details: [
    '--algorithm   RS256 where it is not given',
    '--reason TEXT   kept in the history',
    'Running servers sign with it within five seconds.',
  ],
  async run(context) {
    const { values } = readArguments(context.arguments, [], {
      algorithm: { type: 'string', default: 'RS256' },
      reason: { type: 'string' },
    });
    const algorithm = parseAlgorithm(values.algorithm);
    const author = authorship(context, values.reason, 'keys rotate');
    const key = await withStore(context, ({ store, configurationStore }) =>
      rotateSigningKey(
        { keys: store.signingKeys, configuration: configurationStore },
        algorithm,
        context.environment,
        author,
      ),
    );
    context.show(key, `${key.kid} signs from now on.`);
    return 0;
  },
};

function parseAlgorithm(text: string): SigningAlgorithm {
  if (text === 'RS256' || text === 'ES256') return text;
  throw new UsageError('--algorithm must be RS256 or ES256');
}
