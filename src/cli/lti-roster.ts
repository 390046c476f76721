/**
 * `llavero lti members`: what a campus answers when it is asked who is in a course.
 */
import { type RosterView, viewRosters } from '../admin/roster.ts';
import { openCampuses } from '../campuses.ts';
import { parseSettings } from '../config.ts';
import { outboundBySnapshot } from '../outbound.ts';
import { type Command, readArguments } from './command.ts';
import { count, moment, table } from './text.ts';
import { REASON, requireReason } from './user-account.ts';
import { withStore } from './with-store.ts';

export const ltiMembers: Command = {
  name: 'lti members',
  usage: 'SLUG COURSE --reason TEXT',
  details: [
    'SLUG     the campus',
    'COURSE   the id of the course there: `context_id` for apps',
    'Shows how many there are, and nobody’s name. That you looked is recorded. Exits with 1 where the campus refuses.',
    REASON,
  ],
  async run(context) {
    const { values, positionals } = readArguments(context.arguments, ['SLUG', 'COURSE'], {
      reason: { type: 'string' },
    });
    const cause = { by: context.operator, reason: requireReason(values.reason) };
    const [registration, contextId] = positionals;
    const { environment } = context;
    const outbound = outboundBySnapshot(parseSettings(context.env));
    try {
      const rosters = await withStore(context, (open) => {
        const campuses = openCampuses(open, { environment, outboundFor: outbound.for });
        return viewRosters({ environment, store: open.store, campuses }, { registration, contextId }, cause);
      });
      context.show({ rosters }, rosters.map(describe).join('\n\n'));
      return rosters.every(({ answer }) => answer.kind === 'members' && !answer.cut_short) ? 0 : 1;
    } finally {
      await outbound.close();
    }
  },
};

function describe({ campus, deployment_id, course, clients, last_launched_at, answer }: RosterView): string {
  return table([
    ['campus', `${campus}, deployment ${deployment_id}`],
    ['course', course],
    ['apps', clients.join(', ')],
    ['last launch', moment(last_launched_at)],
    ...(answer.kind === 'refused'
      ? [['REFUSED', `${answer.code}: ${answer.reason}`]]
      : [
          ['members', `${answer.members} on ${count(answer.pages, 'page', 'pages')}`],
          ...Object.entries(answer.statuses).map(([status, n]) => ['status', `${status}: ${n}`]),
          ...Object.entries(answer.roles).map(([role, n]) => ['role', `${role}: ${n}`]),
          ...(answer.unreadable === 0 ? [] : [['UNREADABLE', `${answer.unreadable}`]]),
          ...(answer.cut_short ? [['CUT SHORT', 'the campus has more, and does not lead there as it should']] : []),
        ]),
  ]);
}
