/**
 * `llavero provider show|history|restore|disable|enable`: one provider's record and its versions.
 */
import {
  providerHistory,
  restoreProvider,
  type ShownMember,
  setProviderEnabled,
  showProvider,
} from '../admin/provider-record.ts';
import type { PastRevision } from '../configuration/revisions.ts';
import { vendors } from '../providers/registry.ts';
import { type Command, readArguments, UsageError } from './command.ts';
import { REASON, type Switching, switching, whatCameOf } from './switching.ts';
import { moment, shortened, table } from './text.ts';
import { authorship, withStore } from './with-store.ts';

export const providerShow: Command = {
  name: 'provider show',
  usage: 'SLUG',
  details: ['Secrets are not shown. What was not written is shown as it holds.'],
  async run(context) {
    const [slug] = readArguments(context.arguments, ['SLUG'], {}).positionals;
    const shown = await withStore(context, ({ configurationStore }) => showProvider(configurationStore, slug, vendors));
    const rows = shown.members.map(memberRow);
    context.show(shown, [`Revision ${shown.revision}`, table([['MEMBER', 'VALUE', 'MEANING'], ...rows])].join('\n'));
    return 0;
  },
};

function memberRow({ member, value, meaning }: ShownMember): string[] {
  const isNothing = value === null || (Array.isArray(value) && value.length === 0);
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  return [member, isNothing ? 'none' : shortened(text), meaning ?? 'not known to this version'];
}

export const providerHistoryList: Command = {
  name: 'provider history',
  usage: 'SLUG',
  details: ['The newest 200 versions, the newest first. `provider restore` goes back to one.'],
  async run(context) {
    const [slug] = readArguments(context.arguments, ['SLUG'], {}).positionals;
    const history = await withStore(context, ({ configurationStore }) => providerHistory(configurationStore, slug));
    const rows = history.map(versionRow);
    context.show({ slug, history }, table([['REVISION', 'WHEN', 'WHAT', 'WHO', 'WHY'], ...rows]));
    return 0;
  },
};

function versionRow({ revision, at, change, by, reason }: PastRevision): string[] {
  return [`${revision}`, moment(at), change, by, reason];
}

export const providerRestore: Command = {
  name: 'provider restore',
  usage: 'SLUG REVISION [--reason TEXT]',
  details: ['Writes a new version that equals that one; `provider history` lists them.', REASON],
  async run(context) {
    const { values, positionals } = readArguments(context.arguments, ['SLUG', 'REVISION'], {
      reason: { type: 'string' },
    });
    const [slug, number] = positionals;
    if (!/^[1-9]\d{0,14}$/.test(number)) throw new UsageError('REVISION must be a number');
    const author = authorship(context, values.reason, `provider restore ${slug} ${number}`);
    const changed = await withStore(context, ({ configurationStore }) =>
      restoreProvider(configurationStore, { slug, revision: Number(number) }, vendors, author),
    );
    context.show(changed, whatCameOf(changed, `Provider ${slug} is as in revision ${number}`));
    return 0;
  },
};

const change: Switching['change'] = (store, wanted, author) => setProviderEnabled(store, wanted, vendors, author);

export const providerDisable = switching({
  name: 'provider disable',
  enabled: false,
  effect: ['Nobody can sign in with it any more.'],
  change,
});

export const providerEnable = switching({
  name: 'provider enable',
  enabled: true,
  effect: ['People can sign in with it.'],
  change,
});
