/**
 * `llavero lti set|disable|enable`: changes to a campus that is registered.
 */
import { changeLti, setLtiEnabled } from '../admin/lti.ts';
import { type Command, readArguments, UsageError } from './command.ts';
import { membersSet, SET_MEANS } from './lti-members.ts';
import { describeDocument } from './lti-show.ts';
import { REASON, switching } from './switching.ts';
import { authorship, withStore } from './with-store.ts';

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
    const saved = changed.changed ? `Saved as revision ${changed.revision}.` : 'It was so already: nothing to change.';
    context.show(changed, [`${slug} is`, describeDocument(changed.document), saved].join('\n'));
    return 0;
  },
};

export const ltiDisable = switching({
  name: 'lti disable',
  enabled: false,
  effect: ['Nobody comes in from there any more, at once; who is signed in stays so, and accounts stay.'],
  change: setLtiEnabled,
});

export const ltiEnable = switching({
  name: 'lti enable',
  enabled: true,
  effect: ['People can come in from there.'],
  change: setLtiEnabled,
});
