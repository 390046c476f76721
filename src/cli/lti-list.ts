/**
 * `llavero lti list`: every campus LMS, those that wait for the operator first.
 */
import { type LtiView, listLti } from '../admin/lti.ts';
import { listInvitations } from '../admin/lti-invitations.ts';
import type { Milliseconds } from '../model.ts';
import type { OpenStore } from '../open-store.ts';
import { lastUseOf } from '../store/last-launches.ts';
import { type Command, readArguments } from './command.ts';
import { moment, table } from './text.ts';
import { withInvitations } from './with-invitations.ts';

interface Line {
  readonly slug: string;
  readonly state: string;
  /** Null while it has not registered. */
  readonly version: '1.1' | '1.3' | null;
  readonly linking: string;
  readonly client: string;
  readonly last_launch_at: Milliseconds | null;
}

export const ltiList: Command = {
  name: 'lti list',
  usage: '',
  details: ['LAST LAUNCH: when somebody last came from there and was let in.'],
  async run(context) {
    readArguments(context.arguments, [], {});
    const campuses = await withInvitations(context, async (tools, open) => {
      const waiting = (await listInvitations(tools)).map(({ slug, state, linking, client, registered_at }): Line => {
        const version = registered_at === null ? null : '1.3';
        return { slug, state, version, linking, client, last_launch_at: null };
      });
      const configured = await Promise.all((await listLti(open.configurationStore)).map((view) => lineOf(view, open)));
      return [...waiting, ...configured];
    });
    const rows = campuses.map(({ slug, state, version, linking, client, last_launch_at: at }) => {
      return [slug, state, version ?? '-', linking, client, at === null ? '-' : moment(at)];
    });
    const head = ['CAMPUS', 'STATE', 'LTI', 'LINKING', 'CLIENT', 'LAST LAUNCH'];
    context.show({ campuses }, rows.length === 0 ? 'There are no campuses.' : table([head, ...rows]));
    return 0;
  },
};

async function lineOf({ slug, version, document }: LtiView, { databases }: OpenStore): Promise<Line> {
  return {
    ...{ slug, version, state: document.enabled === false ? 'disabled' : 'enabled' },
    ...{ linking: String(document.linking), client: String(document.client) },
    last_launch_at: await lastUseOf(databases.durable, `lti:${slug}`),
  };
}
