/**
 * `llavero user delete` and `llavero user keep`: an account ends for good, or does not after all.
 *
 * Without `--yes` nothing happens but that it is said what would. Mails to the person are stored with it and sent by the server.
 */

import { AdminRefusal } from '../admin/refusal.ts';
import { recordView, resolveUser } from '../admin/users.ts';
import { parseSettings } from '../config.ts';
import type { DeletionOccasion, DeletionRefusal } from '../credentials/account-deletion.ts';
import { type Deletion, openDeletion } from '../deleting.ts';
import type { OpenStore } from '../open-store.ts';
import { type Command, type CommandContext, readArguments } from './command.ts';
import { moment } from './text.ts';
import { byOperator, toldByServer } from './told-by-server.ts';
import { REASON, requireReason, USER, USER_MEANS } from './user-account.ts';
import { withStore } from './with-store.ts';

export const userDelete: Command = {
  name: 'user delete',
  usage: `${USER} --reason TEXT [--now] [--yes]`,
  details: [
    USER_MEANS,
    'Ends every session and token now, and empties the account after `accounts.deletion_grace_days`. Until then its',
    'person, who is told by mail, can keep it by signing in; and you with `user keep`.',
    '--now   empties it at once; nothing brings it back. Also an account that waits already, or is disabled.',
    '--yes   does it; without it you only see what would be done.',
    REASON,
  ],
  async run(context) {
    const { values, positionals } = readArguments(context.arguments, [USER], {
      reason: { type: 'string' },
      now: { type: 'boolean', default: false },
      yes: { type: 'boolean', default: false },
    });
    const reason = requireReason(values.reason);
    return withDeletion(context, positionals[0], reason, async ({ deletion, how, open }) => {
      const { userId } = how;
      const { environment } = context;
      if (!values.yes) {
        const found = await open.store.accountGraphs.read(userId);
        if (found === null) throw new AdminRefusal('not_found', `there is no account ${userId}`);
        const administration = { environment, database: open.databases.durable, store: open.store };
        await recordView(administration, [userId], { by: context.operator, reason });
        const { user, identities, emails, subjects, isHeld } = found;
        const grace = await deletion.grace();
        const isNow = values.now || grace === 0 || user.state === 'temporary';
        const wouldEnd = isNow ? null : (user.deletionAt ?? environment.now() + grace);
        context.show(
          { id: userId, deleted: false, would_delete_at: wouldEnd === null ? 'now' : new Date(wouldEnd).toISOString() },
          [
            `${user.username} (${userId}, ${user.state}): ${identities.length} identities, ${emails.length} addresses, known to ${subjects.length} apps.`,
            ...(isHeld ? ['It is under legal hold: it would be refused.'] : []),
            wouldEnd === null ? 'It would be emptied at once.' : `It would be emptied at ${moment(wouldEnd)}.`,
            'Nothing was changed. With --yes it is done.',
          ].join('\n'),
        );
        return 0;
      }
      const result = values.now ? await deletion.deleteNow(how) : await deletion.request(how);
      switch (result.kind) {
        case 'refused':
          throw refusalOf(result, userId);
        case 'deleted':
          context.show({ id: userId, deleted: true, deletion_at: null }, `The account ${userId} is deleted.`);
          return 0;
        case 'waits':
          context.show(
            { id: userId, deleted: false, deletion_at: new Date(result.deletionAt).toISOString() },
            `The account ${userId} is deleted at ${moment(result.deletionAt)}${result.isNew ? '' : ' already: nothing to change'}. To keep it: llavero user keep ${userId} --reason TEXT`,
          );
          return 0;
      }
    });
  },
};

export const userKeep: Command = {
  name: 'user keep',
  usage: `${USER} --reason TEXT`,
  details: [
    USER_MEANS,
    'An account that waits for its deletion is what it was before. Its person, who is told by mail, signs in anew.',
    REASON,
  ],
  async run(context) {
    const { values, positionals } = readArguments(context.arguments, [USER], { reason: { type: 'string' } });
    const reason = requireReason(values.reason);
    return withDeletion(context, positionals[0], reason, async ({ deletion, how }) => {
      const result = await deletion.keep(how, null);
      if (result.kind === 'refused') throw refusalOf(result, how.userId);
      context.show({ id: how.userId, kept: true }, `The account ${how.userId} is kept.`);
      return 0;
    });
  },
};

interface AtWork {
  readonly deletion: Deletion;
  readonly how: DeletionOccasion;
  readonly open: OpenStore;
}

function withDeletion(
  context: CommandContext,
  words: string,
  reason: string,
  work: (at: AtWork) => Promise<number>,
): Promise<number> {
  const { environment, env, operator } = context;
  const settings = parseSettings(env);
  return withStore(context, async (open) => {
    const administration = { environment, database: open.databases.durable, store: open.store };
    const userId = await resolveUser(administration, words);
    const by = { kind: 'operator', name: operator, reason } as const;
    const how = { userId, by, requester: byOperator, locale: null, reference: null };
    return work({ deletion: openDeletion(open, toldByServer(settings, environment)), how, open });
  });
}

function refusalOf(refusal: DeletionRefusal, userId: string): AdminRefusal {
  switch (refusal.code) {
    case 'user_unknown':
      return new AdminRefusal('not_found', `there is no account ${userId}`);
    case 'user_ended':
      return new AdminRefusal('invalid', `the account ${userId} is ${refusal.state} already`);
    case 'legal_hold':
      return new AdminRefusal('invalid', `legal_hold: the account ${userId} is under legal hold: release it first`);
    case 'user_disabled':
      return new AdminRefusal(
        'invalid',
        `user_disabled: the account ${userId} is disabled, so nobody could keep it: enable it first, or delete it with --now`,
      );
    case 'nothing_to_keep':
      return new AdminRefusal('invalid', `the account ${userId} waits for no deletion`);
    case 'changed_meanwhile':
      return new AdminRefusal('conflict', 'the account was changed at the same moment: nothing was done, try again');
  }
}
