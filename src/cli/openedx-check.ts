/**
 * `llavero openedx check`: an LMS that was set up to sign people in here, seen from outside.
 */
import { AdminRefusal } from '../admin/refusal.ts';
import { parseSettings } from '../config.ts';
import { checkLms, type LmsBackend, lmsBackends } from '../open-edx/check.ts';
import { outboundBySnapshot } from '../outbound.ts';
import { type Command, readArguments, UsageError } from './command.ts';
import { describeFindings, isBad } from './findings.ts';
import { withStore } from './with-store.ts';

export const openEdxCheck: Command = {
  name: 'openedx check',
  usage: 'ADDRESS --client CLIENT [--backend BACKEND]',
  details: [
    '--client    what the LMS is here: the client_id',
    `--backend   its login backend: ${lmsBackends.join(', ')}; without it oidc`,
    'Sends no secret and changes nothing. Exits with 1 when something is bad.',
  ],
  async run(context) {
    const { values, positionals } = readArguments(context.arguments, ['ADDRESS'], {
      client: { type: 'string' },
      backend: { type: 'string' },
    });
    const address = parseAddress(positionals[0]);
    const backend = parseBackend(values.backend ?? 'oidc');
    if (values.client === undefined) throw new UsageError('--client is missing');
    const clientId = values.client;
    const settings = parseSettings(context.env);
    const outbound = outboundBySnapshot(settings);
    try {
      return await withStore(
        context,
        async ({ configuration }) => {
          const snapshot = await configuration.current();
          const client = snapshot.clients.get(clientId);
          if (client === undefined) throw new AdminRefusal('not_found', `there is no client ${clientId}`);
          const lms = { address, backend, client, publicUrl: new URL(settings.publicUrl) };
          const findings = await checkLms(lms, {
            outbound: outbound.for(snapshot),
            now: context.environment.now,
          });
          context.show({ findings }, describeFindings(findings));
          if (!isBad(findings)) return 0;
          context.complain(`${address.host} is not ready.`);
          return 1;
        },
        settings,
      );
    } finally {
      await outbound.close();
    }
  },
};

function parseAddress(text: string): URL {
  if (URL.canParse(text) && /^https?:$/.test(new URL(text).protocol)) return new URL(text);
  throw new UsageError('ADDRESS must be the address of an LMS, such as https://lms.example');
}

function parseBackend(text: string): LmsBackend {
  const found = lmsBackends.find((name) => name === text);
  if (found === undefined) throw new UsageError(`--backend must be one of ${lmsBackends.join(', ')}`);
  return found;
}
