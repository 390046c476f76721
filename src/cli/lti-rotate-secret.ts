/**
 * `llavero lti rotate-secret`: a new secret for a campus of LTI 1.1. It is printed once, and never taken as an argument (N-05, N-06).
 */
import { rotateConsumerSecret } from '../admin/lti.ts';
import { type Command, readArguments } from './command.ts';
import { KEEP_DAYS_MEAN, readKeepDays } from './keep-days.ts';
import { moment } from './text.ts';
import { authorship, withStore } from './with-store.ts';

export const ltiRotateSecret: Command = {
  name: 'lti rotate-secret',
  usage: 'SLUG [--keep-days DAYS] [--reason TEXT]',
  details: [KEEP_DAYS_MEAN, '--reason TEXT      kept in the history'],
  async run(context) {
    const options = { 'keep-days': { type: 'string' }, reason: { type: 'string' } } as const;
    const { values, positionals } = readArguments(context.arguments, ['SLUG'], options);
    const [slug] = positionals;
    const keepFor = readKeepDays(values['keep-days']);
    const { environment } = context;
    const author = authorship(context, values.reason, `lti rotate-secret ${slug}`);
    const { secret, document, revision } = await withStore(context, ({ configurationStore }) =>
      rotateConsumerSecret(configurationStore, { slug, keepFor }, { environment, authorship: author }),
    );
    const until = document.previous_secret_expires_at ?? null;
    if (until !== null) context.complain(`The secret before it is taken until ${moment(Date.parse(String(until)))}.`);
    context.complain('The secret is not shown again. A file that is applied later must hold this one.');
    context.show({ slug, secret, previous_secret_expires_at: until, revision }, `secret:  ${secret}`);
    return 0;
  },
};
