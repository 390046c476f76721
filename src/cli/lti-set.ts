/**
 * `llavero lti set|disable|enable`: changes to a campus that is registered.
 */
import { type ChangedLti, changeLti, setLtiEnabled } from '../admin/lti.ts';
import { type Command, type CommandContext, readArguments, UsageError } from './command.ts';
import { membersSet, SET_MEANS } from './lti-members.ts';
import { describeDocument } from './lti-show.ts';
import { authorship, withStore } from './with-store.ts';

const REASON = '--reason TEXT   kept in the history';

export const ltiSet: Command = {
  name: 'lti set',
  usage: 'SLUG --set MEMBER=VALUE … [--reason TEXT]',
  details: [
    SET_MEANS,
    `A list is replaced whole: --set 'deployment_ids=["1","2"]'`,
    'A file that is applied later must say the same.',
    REASON,
  ],
  async run(context) {
    const options = { set: { type: 'string', multiple: true }, reason: { type: 'string' } } as const;
    const { values, positionals } = readArguments(context.arguments, ['SLUG'], options);
    const [slug] = positionals;
    const members = membersSet(values.set ?? []);
    if (Object.keys(members).length === 0) throw new UsageError('--set is missing');
    if ('slug' in members) throw new UsageError('the slug stays: identities are kept under it');
    const author = authorship(context, values.reason, `lti set ${slug}`);
    const changed = await withStore(context, ({ configurationStore }) =>
      changeLti(configurationStore, { slug, members }, author),
    );
    return showChange(context, changed, [`${slug} is`, describeDocument(changed.document)].join('\n'));
  },
};

export const ltiDisable = switching('lti disable', false, [
  'Nobody comes in from there any more, at once; who is signed in stays so, and accounts stay.',
]);
export const ltiEnable = switching('lti enable', true, ['People can come in from there.']);

function switching(name: string, enabled: boolean, effect: readonly string[]): Command {
  return {
    name,
    usage: 'SLUG [--reason TEXT]',
    details: [
      ...effect,
      'Running servers see it within five seconds. A file that is applied later must say the same.',
      REASON,
    ],
    async run(context) {
      const { values, positionals } = readArguments(context.arguments, ['SLUG'], { reason: { type: 'string' } });
      const [slug] = positionals;
      const author = authorship(context, values.reason, `${name} ${slug}`);
      const changed = await withStore(context, ({ configurationStore }) =>
        setLtiEnabled(configurationStore, { slug, enabled }, author),
      );
      return showChange(context, changed, `${slug} is ${enabled ? 'enabled' : 'disabled'}.`);
    },
  };
}

function showChange(context: CommandContext, changed: ChangedLti, is: string): number {
  const saved = changed.changed ? `Saved as revision ${changed.revision}.` : 'It was so already: nothing to change.';
  context.show(changed, `${is}\n${saved}`);
  return 0;
}
