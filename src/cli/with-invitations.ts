/**
 * Invitations of campuses and what registered with them, for the commands of the group `lti`.
 */
import type { InvitationTools } from '../admin/lti-invitations.ts';
import type { OpenStore } from '../open-store.ts';
import type { CommandContext } from './command.ts';
import { withStore } from './with-store.ts';

export function withInvitations<Result>(
  context: CommandContext,
  work: (tools: InvitationTools, open: OpenStore) => Promise<Result>,
): Promise<Result> {
  return withStore(context, (open) => {
    const { store, configurationStore } = open;
    const { environment } = context;
    const tools = { environment, configurationStore, invitations: store.ltiInvitations, commit: store.commit };
    return work(tools, open);
  });
}
