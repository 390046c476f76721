/**
 * `llavero lti add-platform|add-consumer`: a campus that is registered by hand.
 *
 * A secret is printed once, when it is made; one of the campus's own comes from a file or standard input (N-05, N-06).
 */
import { addConsumer, addPlatform, type LtiView } from '../admin/lti.ts';
import { type CampusFields, fieldsForCampus } from '../admin/lti-addresses.ts';
import { parseSettings } from '../config.ts';
import type { ConfigurationStore } from '../configuration/revisions.ts';
import type { JsonObject } from '../model.ts';
import { type Command, type CommandContext, readArguments } from './command.ts';
import { decisionOptions, decisionsMean, decisionsOf, needed } from './lti-members.ts';
import { table } from './text.ts';
import { authorship, withStore } from './with-store.ts';

export const ltiAddPlatform: Command = {
  name: 'lti add-platform',
  usage:
    'SLUG --issuer ADDRESS --client-id ID --deployment-id ID … [addresses] --client CLIENT --linking RULE [options]',
  details: [
    'SLUG                           its name here; never to be changed',
    '--issuer ADDRESS               exactly as the platform writes it',
    '--client-id ID                 what the platform calls us',
    '--deployment-id ID             which may launch; again for more',
    '--authorization-endpoint ADDRESS',
    '--token-endpoint ADDRESS',
    '--jwks-uri ADDRESS             its key set',
    ...decisionsMean,
  ],
  async run(context) {
    const { values, positionals } = readArguments(context.arguments, ['SLUG'], platformOptions);
    const [slug] = positionals;
    const members = {
      ...decisionsOf(values),
      slug,
      issuer: needed(values.issuer, '--issuer'),
      client_id: needed(values['client-id'], '--client-id'),
      deployment_ids: needed(values['deployment-id'], '--deployment-id'),
      authorization_endpoint: needed(values['authorization-endpoint'], '--authorization-endpoint'),
      token_endpoint: needed(values['token-endpoint'], '--token-endpoint'),
      jwks_uri: needed(values['jwks-uri'], '--jwks-uri'),
    };
    const author = authorship(context, values.reason, `lti add-platform ${slug}`);
    const { enter, ...added } = await adding(context, members, (store) => addPlatform(store, members, author));
    context.show({ ...added, enter }, describeAdded(added.revision, enter, null));
    return 0;
  },
};

const platformOptions = {
  ...decisionOptions,
  issuer: { type: 'string' },
  'client-id': { type: 'string' },
  'deployment-id': { type: 'string', multiple: true },
  'authorization-endpoint': { type: 'string' },
  'token-endpoint': { type: 'string' },
  'jwks-uri': { type: 'string' },
} as const;

export const ltiAddConsumer: Command = {
  name: 'lti add-consumer',
  usage: 'SLUG --client CLIENT --linking RULE [options]',
  details: [
    'SLUG                           its name here; never to be changed',
    '--key KEY                      what the LMS names; the slug where it is not given',
    '--secret FILE                  one that the campus has already; - for standard input. Made where it is not given',
    ...decisionsMean,
  ],
  async run(context) {
    const { values, positionals } = readArguments(context.arguments, ['SLUG'], consumerOptions);
    const [slug] = positionals;
    const { key, secret: file } = values;
    const members = { ...decisionsOf(values), oauth_consumer_key: key ?? slug, slug };
    const given = file === undefined ? null : (await context.readText(file)).trim();
    const author = authorship(context, values.reason, `lti add-consumer ${slug}`);
    const { environment } = context;
    const { secret, enter, ...added } = await adding(context, members, (store) =>
      addConsumer(store, members, given, { environment, authorship: author }),
    );
    if (secret !== null) context.complain('The secret is not shown again.');
    context.show({ ...added, enter, secret }, describeAdded(added.revision, enter, secret));
    return 0;
  },
};

const consumerOptions = { ...decisionOptions, key: { type: 'string' }, secret: { type: 'string' } } as const;

/** Whatever can fail is done before the adding, so that a secret that is made then is told. */
async function adding<Added extends LtiView>(
  context: CommandContext,
  members: JsonObject,
  add: (store: ConfigurationStore) => Promise<Added>,
): Promise<Added & { readonly enter: CampusFields }> {
  const publicUrl = new URL(parseSettings(context.env).publicUrl);
  return withStore(context, async ({ configuration, configurationStore }) => {
    const client = (await configuration.current()).clients.get(String(members.client)) ?? null;
    const added = await add(configurationStore);
    return { ...added, enter: fieldsForCampus(added, client, publicUrl) };
  });
}

function describeAdded(revision: number, enter: CampusFields, secret: string | null): string {
  const fields = secret === null ? enter : { ...enter, secret };
  return [`Saved as revision ${revision}. Enter at the campus:`, describeFields(fields)].join('\n');
}

/** A line for each value. */
export function describeFields(fields: CampusFields): string {
  return table(
    Object.entries(fields).flatMap(([field, value]) => {
      const values = typeof value === 'string' ? [value] : value;
      return values.length === 0 ? [[`  ${field}`, 'none']] : values.map((one) => [`  ${field}`, one]);
    }),
  );
}
