/**
 * `llavero provider …`: the configured providers, and trying one: from outside, and with a person.
 */
import { setTimeout as delay } from 'node:timers/promises';
import { listProviders, type ProviderTest, type ProviderView, testProvider } from '../admin/providers.ts';
import { parseSettings } from '../config.ts';
import { outboundBySnapshot } from '../outbound.ts';
import { vendors } from '../providers/registry.ts';
import { type Command, readArguments } from './command.ts';
import { describeFindings, isBad } from './findings.ts';
import { describePersonTest, isPassed, testWithPerson } from './provider-sign-in.ts';
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
  usage: 'SLUG [--sign-in]',
  details: [
    '--sign-in   has somebody sign in with it in a browser, also while it is switched off, and reports each step',
    'Nobody is signed in, and no account is made. Exits with 1 when something is bad.',
  ],
  async run(context) {
    const { values, positionals } = readArguments(context.arguments, ['SLUG'], { 'sign-in': { type: 'boolean' } });
    const [slug] = positionals;
    const settings = parseSettings(context.env);
    const publicUrl = new URL(settings.publicUrl);
    const outbound = outboundBySnapshot(settings);
    try {
      return await withStore(
        context,
        async (open) => {
          const snapshot = await open.configuration.current();
          const world = { ...context.environment, outbound: outbound.for(snapshot) };
          const test = await testProvider(snapshot, slug, { vendors, publicUrl }, world);
          if (isBad(test.findings)) context.complain(`Provider ${slug} is not ready.`);
          if (values['sign-in'] !== true) {
            const how = `With a person: llavero provider test ${slug} --sign-in`;
            context.show(test, [...describeTest(test), how].join('\n'));
            return isBad(test.findings) ? 1 : 0;
          }
          for (const line of describeTest(test)) context.complain(line);
          const person = await testWithPerson(context, open, { slug, publicUrl, delay });
          context.show({ ...test, person }, describePersonTest(person));
          return isBad(test.findings) || !isPassed(person) ? 1 : 0;
        },
        settings,
      );
    } finally {
      await outbound.close();
    }
  },
};

function describeTest({ callbackUri, findings }: ProviderTest): string[] {
  const register = callbackUri === null ? [] : [`Address to register: ${callbackUri}`];
  return findings.length === 0 ? register : [...register, describeFindings(findings)];
}
