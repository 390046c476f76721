/**
 * `llavero token …`: tokens of programs, each for a client, or for a person at a client.
 *
 * A token is printed once, when it is made, and never taken as an argument (N-05, N-06).
 */
import {
  createToken,
  extendToken,
  listTokens,
  revokeToken,
  showToken,
  type TokenAdministration,
  type TokenView,
} from '../admin/tokens.ts';
import type { Milliseconds } from '../model.ts';
import { type Command, type CommandContext, readArguments, UsageError } from './command.ts';
import { moment, table } from './text.ts';
import { REASON, requireReason, USER_MEANS } from './user-account.ts';
import { withStore } from './with-store.ts';

const EXPIRES = 'a date such as 2027-06-30, that day included (UTC), or a number of days';

export const tokenCreate: Command = {
  name: 'token create',
  usage: '--client CLIENT [--user USER] [--scope SCOPE …] --expires WHEN --name TEXT --reason TEXT',
  details: [
    '--client CLIENT    the app that it is for: with --user it opens what is released to this client',
    '--user USER        the person that it stands for there; without it the token is of the client itself',
    '--scope SCOPE      with --user: openid, and what the client may ask for; without: of its api_scopes; again for each further one',
    `--expires WHEN     when it ends: ${EXPIRES}`,
    '--name TEXT        what it is for',
    REASON,
    USER_MEANS,
  ],
  async run(context) {
    const { values } = readArguments(context.arguments, [], creationOptions);
    const wanted = {
      user: values.user ?? null,
      clientId: required(values.client, '--client'),
      scopes: (values.scope ?? []).flatMap((scope) => scope.split(' ')),
      name: required(values.name, '--name'),
      expiresAt: parseExpiry(values.expires, context.environment.now()),
    };
    const cause = { by: context.operator, reason: requireReason(values.reason) };
    const { token, view } = await withTokens(context, (administration) => createToken(administration, wanted, cause));
    context.complain('The token is not shown again.');
    context.show({ token, ...view }, [`id:       ${view.id}`, `token:    ${token}`].join('\n'));
    return 0;
  },
};

const creationOptions = {
  user: { type: 'string' },
  client: { type: 'string' },
  scope: { type: 'string', multiple: true },
  expires: { type: 'string' },
  name: { type: 'string' },
  reason: { type: 'string' },
} as const;

export const tokenList: Command = {
  name: 'token list',
  usage: '[--all]',
  details: ['--all: those too that were revoked, or that ended in the last 30 days.'],
  async run(context) {
    const { values } = readArguments(context.arguments, [], { all: { type: 'boolean' } });
    const tokens = await withTokens(context, (tools) => listTokens(tools, values.all === true ? 'all' : 'live'));
    const rows = tokens.map((token) => [
      ...[token.id, token.state, token.client_id, token.user_id ?? '', token.scopes.join(' ')],
      ...[moment(token.expires_at), whenOr(token.last_used_at, 'never'), token.name],
    ]);
    const head = ['TOKEN', 'STATE', 'CLIENT', 'ACCOUNT', 'SCOPES', 'EXPIRES', 'LAST USED', 'NAME'];
    context.show({ tokens }, tokens.length === 0 ? 'There are no tokens.' : table([head, ...rows]));
    return 0;
  },
};

export const tokenShow: Command = {
  name: 'token show',
  usage: 'ID',
  details: [],
  async run(context) {
    const [id] = readArguments(context.arguments, ['ID'], {}).positionals;
    const view = await withTokens(context, (tools) => showToken(tools, id));
    context.show(view, describe(view));
    return 0;
  },
};

export const tokenExtend: Command = {
  name: 'token extend',
  usage: 'ID --expires WHEN --reason TEXT',
  details: [`--expires WHEN   when it is to end, sooner or later than it would: ${EXPIRES}`, REASON],
  async run(context) {
    const options = { expires: { type: 'string' }, reason: { type: 'string' } } as const;
    const { values, positionals } = readArguments(context.arguments, ['ID'], options);
    const expiresAt = parseExpiry(values.expires, context.environment.now());
    const cause = { by: context.operator, reason: requireReason(values.reason) };
    const view = await withTokens(context, (tools) => extendToken(tools, positionals[0], expiresAt, cause));
    context.show(view, `${view.id} ends ${moment(view.expires_at)}.`);
    return 0;
  },
};

export const tokenRevoke: Command = {
  name: 'token revoke',
  usage: 'ID --reason TEXT',
  details: ['It is worth nothing from then on.', REASON],
  async run(context) {
    const { values, positionals } = readArguments(context.arguments, ['ID'], { reason: { type: 'string' } });
    const cause = { by: context.operator, reason: requireReason(values.reason) };
    const view = await withTokens(context, (tools) => revokeToken(tools, positionals[0], cause));
    context.show(view, `${view.id} is revoked.`);
    return 0;
  },
};

function withTokens<Result>(
  context: CommandContext,
  work: (administration: TokenAdministration) => Promise<Result>,
): Promise<Result> {
  return withStore(context, async ({ databases, store, configuration }) =>
    work({
      ...{ environment: context.environment, database: databases.durable, store },
      configuration: await configuration.current(),
    }),
  );
}

function required(value: string | undefined, option: string): string {
  if (value === undefined) throw new UsageError(`${option} is missing`);
  return value;
}

const DAY: Milliseconds = 24 * 60 * 60_000;

/** @throws UsageError */
export function parseExpiry(text: string | undefined, now: Milliseconds): Milliseconds {
  if (text === undefined) throw new UsageError('--expires is missing');
  if (/^[1-9]\d{0,3}$/.test(text)) return now + Number(text) * DAY;
  const midnight = /^\d{4}-\d\d-\d\d$/.test(text) ? Date.parse(`${text}T00:00:00Z`) : Number.NaN;
  // JavaScript takes 30 February for a day in March.
  if (Number.isNaN(midnight) || new Date(midnight).toISOString().slice(0, 10) !== text) {
    throw new UsageError('--expires is a date such as 2027-06-30, or a number of days');
  }
  return midnight + DAY;
}

function whenOr(at: Milliseconds | null, otherwise: string): string {
  return at === null ? otherwise : moment(at);
}

function describe(view: TokenView): string {
  return table([
    ['id', view.id],
    ['name', view.name],
    ['state', view.state],
    ['client', view.client_id],
    ['account', view.user_id ?? 'none: of the client itself'],
    ['scopes', view.scopes.join(' ')],
    ['made', `${moment(view.created_at)} by ${view.created_by}: ${view.reason}`],
    ['expires', moment(view.expires_at)],
    ['last used', whenOr(view.last_used_at, 'never')],
    ...(view.revoked_at === null ? [] : [['revoked', moment(view.revoked_at)]]),
  ]);
}
