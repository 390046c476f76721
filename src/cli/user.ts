/**
 * `llavero user …`: accounts, as operators handle them.
 */
import { type ImportReport, importUsers } from '../admin/import-users.ts';
import { type Command, readArguments, UsageError } from './command.ts';
import { withStore } from './with-store.ts';

export const userImport: Command = {
  name: 'user import',
  usage: 'FILE [--provider SLUG]',
  details: [
    'FILE has one JSON object a line: username, email, email_verified, name, given_name, family_name, curp,',
    'institution_ids (an object: by namespace), password_hash.',
    'A username that exists is skipped. --provider: the provider of passwords, `password` unless said otherwise.',
    'Exits with 1 when a line could not be imported.',
  ],
  async run(context) {
    const { values, positionals } = readArguments(context.arguments, ['FILE'], { provider: { type: 'string' } });
    const provider = values.provider ?? 'password';
    const text = await context.readText(positionals[0]);
    const report = await withStore(context, async ({ configuration, store, vault }) => {
      const document = (await configuration.current()).providers.get(provider);
      if (document?.vendor !== 'password') throw new UsageError(`there is no provider ${provider} of vendor password`);
      return importUsers(text, provider, { store, vault, environment: context.environment });
    });
    context.show(report, inWords(report));
    for (const { line, fault } of report.faults) context.complain(`line ${line}: ${fault}`);
    return report.faults.length === 0 ? 0 : 1;
  },
};

function inWords({ imported, skipped, faults }: ImportReport): string {
  return `${imported} imported, ${skipped} there already, ${faults.length} not imported.`;
}
