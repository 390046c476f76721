/**
 * `llavero openedx check`: an LMS that was set up to sign people in here, seen from outside.
 */
import { AdminRefusal } from '../admin/refusal.ts';
import { parseSettings } from '../config.ts';
import { type LmsBackend, lmsBackends } from '../configuration/open-edx-document.ts';
import type { ConfigurationSnapshot } from '../configuration/snapshot.ts';
import { checkLms } from '../open-edx/check.ts';
import { outboundBySnapshot } from '../outbound.ts';
import { type Command, readArguments, UsageError } from './command.ts';
import { describeFindings, isBad } from './findings.ts';
import { withStore } from './with-store.ts';

export const openEdxCheck: Command = {
  name: 'openedx check',
  usage: 'SLUG | ADDRESS --client CLIENT [--backend BACKEND]',
  details: [
    'SLUG        an LMS of the section open_edx, which says the rest',
    '--client    what the LMS at ADDRESS is here: the client_id',
    `--backend   its login backend: ${lmsBackends.join(', ')}; without it oidc`,
    'Sends no secret and changes nothing. Exits with 1 when something is bad.',
  ],
  async run(context) {
    const { values, positionals } = readArguments(context.arguments, ['LMS'], {
      client: { type: 'string' },
      backend: { type: 'string' },
    });
    const settings = parseSettings(context.env);
    const outbound = outboundBySnapshot(settings);
    try {
      return await withStore(
        context,
        async ({ configuration }) => {
          const snapshot = await configuration.current();
          const { address, backend, clientId } = whichLms(snapshot, positionals[0], values);
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

interface WhichLms {
  readonly address: URL;
  readonly backend: LmsBackend;
  readonly clientId: string;
}

interface Said {
  readonly client?: string;
  readonly backend?: string;
}

/** One that the configuration describes, or one at an address that has to be described here. */
function whichLms({ openEdx }: ConfigurationSnapshot, lms: string, { client, backend }: Said): WhichLms {
  const described = openEdx.get(lms);
  if (described !== undefined) {
    if (client !== undefined || backend !== undefined)
      throw new UsageError(`${lms} says its client and backend itself`);
    const { public_url, base_url, backend: its, client: clientId } = described;
    return { address: new URL(public_url ?? base_url), backend: its, clientId };
  }
  const address = parseAddress(lms);
  if (client === undefined) throw new UsageError('--client is missing');
  return { address, backend: parseBackend(backend ?? 'oidc'), clientId: client };
}

function parseAddress(text: string): URL {
  if (URL.canParse(text) && /^https?:$/.test(new URL(text).protocol)) return new URL(text);
  throw new UsageError('must be an LMS of the section open_edx, or an address such as https://lms.example');
}

function parseBackend(text: string): LmsBackend {
  const found = lmsBackends.find((name) => name === text);
  if (found === undefined) throw new UsageError(`--backend must be one of ${lmsBackends.join(', ')}`);
  return found;
}
