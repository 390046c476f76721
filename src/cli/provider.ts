/**
 * `llavero provider …`: the configured providers, and trying one from outside.
 */
import { listProviders, type ProviderView, testProvider } from '../admin/providers.ts';
import { parseSettings } from '../config.ts';
import { outboundBySnapshot } from '../outbound.ts';
import { vendors } from '../providers/registry.ts';
import { type Command, readArguments } from './command.ts';
import { describeFindings, isBad } from './findings.ts';
import { table } from './text.ts';
import { withStore } from './with-store.ts';

export const providerList: Command = {
  name: 'provider list',
  usage: '',
  details: [],
  async run(context) {
    readArguments(context.arguments, [], {});
    const settings = parseSettings(context.env);
    const surroundings = { vendors, publicUrl: new URL(settings.publicUrl) };
    const providers = await withStore(
      context,
      async ({ configuration }) => listProviders(await configuration.current(), surroundings),
      settings,
    );
    const rows = [['PROVIDER', 'VENDOR', 'STATE', 'ADDRESS TO REGISTER'], ...providers.map(row)];
    context.show({ providers }, providers.length === 0 ? 'There are no providers.' : table(rows));
    return 0;
  },
};

function row(view: ProviderView): string[] {
  const last = view.state === 'unreadable' ? view.faults.join('; ') : (view.callbackUri ?? 'none: a way of our own');
  return [view.slug, view.vendor, view.state, last];
}

export const providerTest: Command = {
  name: 'provider test',
  usage: 'SLUG',
  details: ['Nobody is signed in. Exits with 1 when something is bad.'],
  async run(context) {
    const [slug] = readArguments(context.arguments, ['SLUG'], {}).positionals;
    const settings = parseSettings(context.env);
    const surroundings = { vendors, publicUrl: new URL(settings.publicUrl) };
    const outbound = outboundBySnapshot(settings);
    try {
      const test = await withStore(
        context,
        async ({ configuration }) => {
          const snapshot = await configuration.current();
          const world = { ...context.environment, outbound: outbound.for(snapshot) };
          return await testProvider(snapshot, slug, surroundings, world);
        },
        settings,
      );
      const register = test.callbackUri === null ? [] : [`Address to register: ${test.callbackUri}`];
      context.show(test, [...register, describeFindings(test.findings)].join('\n'));
      if (isBad(test.findings)) context.complain(`Provider ${slug} is not ready.`);
      return isBad(test.findings) ? 1 : 0;
    } finally {
      await outbound.close();
    }
  },
};
