/**
 * `llavero user show|disable|enable|hold|release`: one account, by its id, its username or an address.
 *
 * Each wants a reason: it stands in the audit trail beside who called, also where an account was only looked at.
 */
import { changeUser, showUser, type UserView } from '../admin/users.ts';
import { createAnnounce } from '../client-events/announce.ts';
import type { AccountAction } from '../users/account-state.ts';
import { fullName } from '../users/arrival.ts';
import { type Command, type CommandContext, readArguments, UsageError } from './command.ts';
import { moment, table } from './text.ts';
import { withStore } from './with-store.ts';

export const USER = 'USER';
export const USER_MEANS = 'USER: the id, the username or an address of the account.';
export const REASON = '--reason TEXT   needed; kept in the audit trail for ever, so without personal data';

/** @throws UsageError */
export function requireReason(reason: string | undefined): string {
  if (reason === undefined || reason.trim() === '') throw new UsageError('--reason is missing: say why');
  return reason;
}

export const userShow: Command = {
  name: 'user show',
  usage: `${USER} --reason TEXT`,
  details: [
    USER_MEANS,
    'Shows no password, no subject at a provider and no CURP. That you looked is recorded.',
    REASON,
  ],
  async run(context) {
    const { values, positionals } = readArguments(context.arguments, [USER], { reason: { type: 'string' } });
    const cause = { by: context.operator, reason: requireReason(values.reason) };
    const view = await withStore(context, ({ databases, store }) =>
      showUser({ environment: context.environment, database: databases.durable, store }, positionals[0], cause),
    );
    context.show(view, describe(view));
    return 0;
  },
};

function describe(view: UserView): string {
  const facts = [
    ['id', view.id],
    ['state', view.merged_into === null ? view.state : `merged into ${view.merged_into}`],
    ...(view.legal_hold ? [['legal hold', 'yes']] : []),
    ...(view.deletion_at === null ? [] : [['deleted on', moment(view.deletion_at)]]),
    ['username', view.username],
    ['name', fullName(view.name) ?? 'none'],
    ['birth date', view.birth_date ?? 'none'],
    ['phone', view.phone?.number ?? 'none'],
    ['country', view.country ?? 'none'],
    ...Object.entries(view.details).map(([name, value]) => [`said: ${name}`, value]),
    ['made', moment(view.created_at)],
    ...view.agreements.map(({ version, agreed_at }) => ['terms of use', `${version}, agreed to ${moment(agreed_at)}`]),
    ['sessions', `${view.sessions}`],
    ...view.emails.map(({ address, verified_by, primary }) => [
      'address',
      `${address} (${verified_by === null ? 'not verified' : `verified by ${verified_by}`}${primary ? ', primary' : ''})`,
    ]),
    ...view.identities.map(({ provider, last_used_at }) => [
      'identity',
      `${provider}, last used ${moment(last_used_at)}`,
    ]),
    ...view.identifiers.map((kind) => ['identifier', kind]),
    ...view.clients.map(({ client_id, sub }) => ['client', `${client_id} knows it as ${sub}`]),
    ...view.merges.map(({ id, retiredId, survivorId, mergedAt, undoneAt }) => [
      'merge',
      `${id}: ${retiredId} into ${survivorId}, ${moment(mergedAt)}${undoneAt === null ? '' : `, undone ${moment(undoneAt)}`}`,
    ]),
  ];
  return table(facts);
}

export const userDisable = acting(
  'disable',
  'Ends every session; tokens of clients are worth nothing from now on.',
  'is disabled',
);
export const userEnable = acting('enable', 'The account is what it was before it was disabled.', 'is enabled');
export const userHold = acting(
  'hold',
  'Legal hold: the account is neither merged nor deleted, and no merge of it is undone, until it is released. People can sign in.',
  'is under legal hold',
);
export const userRelease = acting('release', 'Takes the legal hold from an account.', 'is under no legal hold');

function acting(action: AccountAction, effect: string, done: string): Command {
  return {
    name: `user ${action}`,
    usage: `${USER} --reason TEXT`,
    details: [USER_MEANS, effect, REASON],
    async run(context: CommandContext) {
      const { values, positionals } = readArguments(context.arguments, [USER], { reason: { type: 'string' } });
      const cause = { by: context.operator, reason: requireReason(values.reason) };
      const { environment } = context;
      const changed = await withStore(context, ({ databases, store, vault, configuration }) => {
        const announce = createAnnounce(configuration, { vault, environment });
        return changeUser({ environment, database: databases.durable, store, announce }, positionals[0], action, cause);
      });
      context.show(
        changed,
        `The account ${changed.id} ${done}${changed.changed ? '.' : ' already. Nothing to change.'}`,
      );
      return 0;
    },
  };
}
