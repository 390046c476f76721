/**
 * `llavero lti invite`: an address with which one campus of LTI 1.3 registers itself, once.
 *
 * It is printed and not kept: whoever has it can register until it ends (N-05).
 */
import { inviteLti } from '../admin/lti-invitations.ts';
import { parseSettings } from '../config.ts';
import { type Command, readArguments } from './command.ts';
import { decisionOptions, decisionsMean, decisionsOf } from './lti-members.ts';
import { moment } from './text.ts';
import { parseExpiry } from './token.ts';
import { withInvitations } from './with-invitations.ts';
import { authorship } from './with-store.ts';

export const ltiInvite: Command = {
  name: 'lti invite',
  usage: 'SLUG --client CLIENT --linking RULE [--expires WHEN] [options]',
  details: [
    'SLUG                           what it will be called here; never to be changed',
    '--expires WHEN                 a date such as 2027-06-30, that day included (UTC), or a number of days; 7 where it is not given',
    ...decisionsMean,
    'What the campus says of itself waits until `lti approve`.',
  ],
  async run(context) {
    const options = { ...decisionOptions, expires: { type: 'string', default: '7' } } as const;
    const { values, positionals } = readArguments(context.arguments, ['SLUG'], options);
    const [slug] = positionals;
    const expiresAt = parseExpiry(values.expires, context.environment.now());
    const decided = { ...decisionsOf(values), slug };
    const author = authorship(context, values.reason, `lti invite ${slug}`);
    const { origin } = new URL(parseSettings(context.env).publicUrl);
    const { token, expires_at } = await withInvitations(context, (tools) =>
      inviteLti(tools, decided, expiresAt, author),
    );
    const address = `${origin}/lti/1.3/register?invitation=${token}`;
    context.complain('The address is not shown again.');
    context.show(
      { slug, address, expires_at },
      [
        `Good once, until ${moment(expires_at)}. The administration of the campus enters it for registering a tool:`,
        address,
      ].join('\n'),
    );
    return 0;
  },
};
