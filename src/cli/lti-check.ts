/**
 * `llavero lti check`: a platform of LTI 1.3, configured or waiting, seen from outside.
 */
import { examinePlatform } from '../admin/doctor-lti.ts';
import { getLti } from '../admin/lti.ts';
import { findInvitation, type InvitationTools } from '../admin/lti-invitations.ts';
import { AdminRefusal } from '../admin/refusal.ts';
import { parseSettings } from '../config.ts';
import { type LtiPlatformDocument, ltiPlatformSchema } from '../configuration/lti-document.ts';
import type { JsonObject } from '../model.ts';
import type { OpenStore } from '../open-store.ts';
import { outboundBySnapshot } from '../outbound.ts';
import type { Finding } from '../providers/provider.ts';
import { type Command, type CommandContext, readArguments } from './command.ts';
import { describeFindings, isBad } from './findings.ts';
import { withInvitations } from './with-invitations.ts';

export const ltiCheck: Command = {
  name: 'lti check',
  usage: 'SLUG',
  details: ['Sends no secret and changes nothing. Exits with 1 when something is bad.'],
  async run(context) {
    const [slug] = readArguments(context.arguments, ['SLUG'], {}).positionals;
    const findings = await withInvitations(context, async (tools, open) => {
      return lookAt(await documentOf(slug, tools, open), open, context);
    });
    context.show({ findings }, describeFindings(findings));
    return isBad(findings) ? 1 : 0;
  },
};

async function documentOf(slug: string, tools: InvitationTools, open: OpenStore): Promise<JsonObject> {
  const waiting = (await findInvitation(tools, slug))?.document ?? null;
  if (waiting !== null) return waiting;
  const { version, document } = await getLti(open.configurationStore, slug);
  if (version === '1.1') throw new AdminRefusal('invalid', `${slug} is of LTI 1.1: nothing of it can be called`);
  return document;
}

export async function lookAt(
  document: JsonObject,
  { configuration }: OpenStore,
  context: CommandContext,
): Promise<Finding[]> {
  const outbound = outboundBySnapshot(parseSettings(context.env));
  try {
    const calls = outbound.for(await configuration.current());
    return await examinePlatform(readPlatform(document), calls, context.environment);
  } finally {
    await outbound.close();
  }
}

/** One that waits may have no deployment yet, which nothing here looks at. */
function readPlatform(document: JsonObject): LtiPlatformDocument {
  const read = ltiPlatformSchema.safeParse({ ...document, deployment_ids: ['any'] });
  if (!read.success) throw new AdminRefusal('invalid', 'this version cannot read it');
  return read.data;
}
