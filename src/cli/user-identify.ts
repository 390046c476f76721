/**
 * `llavero user identify`: gives an account what an institution calls its person, or takes it away.
 */
import { changeInstitutionId } from '../admin/identifiers.ts';
import { type Command, readArguments, UsageError } from './command.ts';
import { REASON, requireReason, USER, USER_MEANS } from './user-account.ts';
import { withStore } from './with-store.ts';

export const userIdentify: Command = {
  name: 'user identify',
  usage: `${USER} NAMESPACE ID [--remove] --reason TEXT`,
  details: [
    USER_MEANS,
    'NAMESPACE: identifier_namespace of the campuses whose ids these are. ID: what the institution calls the person.',
    'The first launch with this id, from a campus with linking: match-identifier, is signed in to the account.',
    '--remove        takes the id from the account; what was signed in with before stays tied to it',
    REASON,
  ],
  async run(context) {
    const { values, positionals } = readArguments(context.arguments, [USER, 'NAMESPACE', 'ID'], {
      remove: { type: 'boolean', default: false },
      reason: { type: 'string' },
    });
    const [user, namespace, id] = positionals;
    if (!/^[a-z0-9-]{1,40}$/.test(namespace)) throw new UsageError('NAMESPACE is 1 to 40 of a-z 0-9 -');
    const cause = { by: context.operator, reason: requireReason(values.reason) };
    const { environment } = context;
    const change = { namespace, id, action: values.remove ? 'take' : 'give' } as const;
    const changed = await withStore(context, ({ databases, store, vault }) =>
      changeInstitutionId({ environment, database: databases.durable, store, vault }, user, change, cause),
    );
    const now = values.remove ? 'has no such id' : 'has the id';
    context.show(
      changed,
      `The account ${changed.id} ${now}${changed.changed ? ' now.' : ' already: nothing was changed.'}`,
    );
    return 0;
  },
};
