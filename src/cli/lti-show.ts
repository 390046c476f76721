/**
 * `llavero lti show`: what the people of a campus enter there, and what is held of it here.
 */
import { getLti } from '../admin/lti.ts';
import { fieldsForCampus } from '../admin/lti-addresses.ts';
import { findInvitation, type InvitationView } from '../admin/lti-invitations.ts';
import { parseSettings } from '../config.ts';
import type { Json, JsonObject } from '../model.ts';
import { lastUseOf } from '../store/last-launches.ts';
import { type Command, readArguments } from './command.ts';
import { describeFields } from './lti-add.ts';
import { moment, shortened, table } from './text.ts';
import { withInvitations } from './with-invitations.ts';

export const ltiShow: Command = {
  name: 'lti show',
  usage: 'SLUG',
  details: ['Also of one that is invited, or waits to be approved. Secrets are not shown.'],
  async run(context) {
    const [slug] = readArguments(context.arguments, ['SLUG'], {}).positionals;
    const publicUrl = new URL(parseSettings(context.env).publicUrl);
    return withInvitations(context, async (tools, { configurationStore, configuration, databases }) => {
      const invited = await findInvitation(tools, slug);
      if (invited !== null) {
        context.show(invited, describeInvitation(invited));
        return 0;
      }
      const view = await getLti(configurationStore, slug);
      const client = (await configuration.current()).clients.get(String(view.document.client)) ?? null;
      const enter = fieldsForCampus(view, client, publicUrl);
      const last_launch_at = await lastUseOf(databases.durable, `lti:${slug}`);
      const shown = { slug, version: view.version, last_launch_at, enter, document: view.document };
      const when = last_launch_at === null ? 'never' : moment(last_launch_at);
      context.show(
        shown,
        [
          `LTI ${view.version}, last launch: ${when}`,
          ...['', 'Enter at the campus:', describeFields(enter)],
          ...['', 'Held here:', describeDocument(view.document)],
        ].join('\n'),
      );
      return 0;
    });
  },
};

export function describeDocument(document: JsonObject): string {
  return table(Object.entries(document).map(([member, value]) => [`  ${member}`, inWords(value)]));
}

function inWords(value: Json): string {
  if (value === null || (Array.isArray(value) && value.length === 0)) return 'none';
  return shortened(typeof value === 'string' ? value : JSON.stringify(value));
}

export function describeInvitation(view: InvitationView): string {
  const { slug, state, client, linking, invited_by, reason, invited_at, expires_at, document } = view;
  const registered =
    document === null || view.registered_at === null
      ? []
      : [
          '',
          `Registered ${moment(view.registered_at)}. It says:`,
          table([['  product', view.family ?? 'not said'], ...view.scopes.map((scope) => ['  may use', scope])]),
          ...['', 'Would be configured as:', describeDocument(document)],
        ];
  return [
    `${slug}: ${state}, client ${client}, linking ${linking}`,
    `Invited ${moment(invited_at)} by ${invited_by}: ${reason}. Ends ${moment(expires_at)}.`,
    ...registered,
  ].join('\n');
}
