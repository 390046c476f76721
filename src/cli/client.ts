/**
 * `llavero client …`: the apps that people sign in to.
 *
 * A secret is printed once, when it is made, and never taken as an argument (N-05, N-06).
 */
import {
  type ClientView,
  createClient,
  getClient,
  type IssuedClient,
  listClients,
  rotateClientSecret,
} from '../admin/clients.ts';
import type { JsonObject } from '../model.ts';
import { type Command, type CommandContext, readArguments, UsageError } from './command.ts';
import { KEEP_DAYS_MEAN, readKeepDays } from './keep-days.ts';
import { moment, table } from './text.ts';
import { authorship, withStore } from './with-store.ts';

export const clientList: Command = {
  name: 'client list',
  usage: '',
  details: [],
  async run(context) {
    readArguments(context.arguments, [], {});
    const clients = await withStore(context, ({ configurationStore }) => listClients(configurationStore));
    const rows = clients.map((client) => [client.client_id, client.client_name, client.redirect_uris.join(' ')]);
    const text = table([['CLIENT', 'NAME', 'REDIRECT ADDRESSES'], ...rows]);
    context.show({ clients }, clients.length === 0 ? 'There are no clients.' : text);
    return 0;
  },
};

export const clientShow: Command = {
  name: 'client show',
  usage: 'ID',
  details: [],
  async run(context) {
    const [clientId] = readArguments(context.arguments, ['ID'], {}).positionals;
    const client = await withStore(context, ({ configurationStore }) => getClient(configurationStore, clientId));
    context.show(client, describeClient(client));
    return 0;
  },
};

export const clientCreate: Command = {
  name: 'client create',
  usage: '--name TEXT --redirect-uri ADDRESS … [options]',
  details: [
    '--name TEXT                          what people read: "… wants to know who you are"',
    '--redirect-uri ADDRESS               where people come back to; again for each further one',
    '--id ID                              made where it is not given',
    '--post-logout-redirect-uri ADDRESS   where they go after signing out; again for each further one',
    '--grant-type NAME                    authorization_code where it is not given; again for each further one',
    '--claim NAME                         a claim to be released, such as email; again for each further one',
    '--default-provider SLUG              skips the choice of a provider',
    '--event-endpoint ADDRESS             where the app is told what happened to accounts',
    '--backchannel-logout-uri ADDRESS     where it is told that a session ended',
    '--frontchannel-logout-uri ADDRESS    what is opened then in a frame, in the browser',
    '--skip-authorization                 people are not asked whether the app may have their data',
    '--public                             an app that cannot keep a secret: it gets none and uses PKCE',
    '--reason TEXT                        kept in the history',
  ],
  async run(context) {
    const { values } = readArguments(context.arguments, [], creationOptions);
    if (values.name === undefined) throw new UsageError('--name is missing');
    const grantTypes = values['grant-type'] ?? ['authorization_code'];
    if (values['redirect-uri'] === undefined && grantTypes.includes('authorization_code')) {
      throw new UsageError('--redirect-uri is missing');
    }
    const members: JsonObject = {
      client_name: values.name,
      redirect_uris: values['redirect-uri'] ?? [],
      grant_types: grantTypes,
      post_logout_redirect_uris: values['post-logout-redirect-uri'] ?? [],
      claims: values.claim ?? [],
      skip_authorization: values['skip-authorization'] === true,
      default_provider: values['default-provider'] ?? null,
      event_endpoint: values['event-endpoint'] ?? null,
      backchannel_logout_uri: values['backchannel-logout-uri'] ?? null,
      frontchannel_logout_uri: values['frontchannel-logout-uri'] ?? null,
    };
    const wanted = { client_id: values.id ?? null, confidential: values.public !== true, members };
    const author = authorship(context, values.reason, 'client create');
    const issued = await withStore(context, ({ configurationStore }) =>
      createClient(configurationStore, wanted, context.environment, author),
    );
    showIssued(context, issued);
    return 0;
  },
};

const creationOptions = {
  name: { type: 'string' },
  id: { type: 'string' },
  'redirect-uri': { type: 'string', multiple: true },
  'grant-type': { type: 'string', multiple: true },
  'post-logout-redirect-uri': { type: 'string', multiple: true },
  claim: { type: 'string', multiple: true },
  'default-provider': { type: 'string' },
  'event-endpoint': { type: 'string' },
  'backchannel-logout-uri': { type: 'string' },
  'frontchannel-logout-uri': { type: 'string' },
  'skip-authorization': { type: 'boolean' },
  public: { type: 'boolean' },
  reason: { type: 'string' },
} as const;

export const clientRotateSecret: Command = {
  name: 'client rotate-secret',
  usage: 'ID [--keep-days DAYS] [--reason TEXT]',
  details: [KEEP_DAYS_MEAN, '--reason TEXT      kept in the history'],
  async run(context) {
    const options = { 'keep-days': { type: 'string' }, reason: { type: 'string' } } as const;
    const { values, positionals } = readArguments(context.arguments, ['ID'], options);
    const keepFor = readKeepDays(values['keep-days']);
    const author = authorship(context, values.reason, 'client rotate-secret');
    const issued = await withStore(context, ({ configurationStore }) =>
      rotateClientSecret(configurationStore, positionals[0], keepFor, context.environment, author),
    );
    showIssued(context, issued);
    return 0;
  },
};

function showIssued(context: CommandContext, { client, secret, revision }: IssuedClient): void {
  const lines = [`client_id:      ${client.client_id}`];
  const until = client.previous_client_secret_expires_at;
  if (secret !== null) {
    lines.push(`client_secret:  ${secret}`);
    if (until !== null) context.complain(`The secret before it is taken until ${moment(Date.parse(until))}.`);
    context.complain('The secret is not shown again. A file that is applied later must hold this one.');
  }
  const issued = {
    client_id: client.client_id,
    client_secret: secret,
    previous_client_secret_expires_at: until,
    revision,
  };
  context.show(issued, lines.join('\n'));
}

function describeClient(client: ClientView): string {
  const rows = Object.entries(client).map(([member, value]) => [member, describeValue(value)]);
  return table(rows);
}

function describeValue(value: unknown): string {
  if (Array.isArray(value)) return value.length === 0 ? 'none' : value.join(' ');
  if (value === null) return 'none';
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
}
