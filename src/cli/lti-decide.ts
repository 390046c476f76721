/**
 * `llavero lti approve|reject`: the operator's word about a campus that has registered itself (case 65).
 *
 * Without `--yes` everything is shown, and nothing changes.
 */
import { approveLti, findInvitation, previewApproval, rejectLti } from '../admin/lti-invitations.ts';
import { AdminRefusal } from '../admin/refusal.ts';
import { type Command, readArguments } from './command.ts';
import { describeFindings } from './findings.ts';
import { lookAt } from './lti-check.ts';
import { describeDocument, describeInvitation } from './lti-show.ts';
import { REASON, requireReason } from './user-account.ts';
import { withInvitations } from './with-invitations.ts';
import { authorship } from './with-store.ts';

export const ltiApprove: Command = {
  name: 'lti approve',
  usage: 'SLUG [--deployment-id ID …] [--yes --reason TEXT]',
  details: [
    'Without --yes it shows what would be configured and what can be seen of it from outside, and changes nothing.',
    '--deployment-id ID   one that may launch, where the platform named none; again for more',
    REASON,
    'Running servers let it in within five seconds. `export` has it from then on.',
  ],
  async run(context) {
    const { values, positionals } = readArguments(context.arguments, ['SLUG'], approveOptions);
    const [slug] = positionals;
    const deploymentIds = values['deployment-id'] ?? [];
    return withInvitations(context, async (tools, open) => {
      const waiting = await findInvitation(tools, slug);
      if (waiting?.state !== 'pending' || waiting.document === null) {
        throw new AdminRefusal('not_found', `no registration of ${slug} waits`);
      }
      if (!values.yes) {
        const findings = await lookAt(waiting.document, open, context);
        const lines = [describeInvitation(waiting), '', 'From outside:', describeFindings(findings)];
        context.show({ ...waiting, approved: false, findings }, [...lines, '', HOW].join('\n'));
        return 0;
      }
      const author = authorship(context, requireReason(values.reason), slug);
      const previewed = await previewApproval(tools, { slug, deploymentIds });
      const { revision } = await approveLti(tools, slug, previewed, author);
      const { document } = previewed;
      context.show(
        { slug, approved: true, revision, document },
        [`${slug} is let in. Saved as revision ${revision}:`, describeDocument(document)].join('\n'),
      );
      return 0;
    });
  },
};

const HOW =
  'Compare issuer, client_id and deployment_ids with what the campus shows. To let it in: the same with --yes and --reason.';

const approveOptions = {
  'deployment-id': { type: 'string', multiple: true },
  yes: { type: 'boolean', default: false },
  reason: { type: 'string' },
} as const;

export const ltiReject: Command = {
  name: 'lti reject',
  usage: 'SLUG --reason TEXT',
  details: ['What is configured already is not touched: for that there is `lti disable`.', REASON],
  async run(context) {
    const { values, positionals } = readArguments(context.arguments, ['SLUG'], { reason: { type: 'string' } });
    const [slug] = positionals;
    const author = authorship(context, requireReason(values.reason), slug);
    await withInvitations(context, (tools) => rejectLti(tools, slug, author));
    context.show({ slug, rejected: true }, `${slug} is rejected: nothing of it is kept but the audit trail.`);
    return 0;
  },
};
