/**
 * `llavero doctor`: looks at the whole deployment and says what to do.
 */
import { examine } from '../admin/doctor.ts';
import type { SmtpServer } from '../config.ts';
import { createSmtpTransport } from '../mail/smtp.ts';
import type { Environment } from '../model.ts';
import { outboundBySnapshot } from '../outbound.ts';
import { vendors } from '../providers/registry.ts';
import { type Command, readArguments } from './command.ts';
import { describeFindings, isBad } from './findings.ts';
import { count } from './text.ts';

export const doctor: Command = {
  name: 'doctor',
  usage: '',
  details: ['Changes nothing. Exits with 1 when something is bad.'],
  async run(context) {
    readArguments(context.arguments, [], {});
    const { env, environment } = context;
    const findings = await examine({
      env,
      environment,
      vendors,
      outbound: outboundBySnapshot,
      checkMailServer: (server, { publicUrl }) => checkMailServer(server, new URL(publicUrl).hostname, environment),
    });
    context.show({ findings }, describeFindings(findings));
    if (!isBad(findings)) return 0;
    const bad = findings.filter(({ verdict }) => verdict === 'bad').length;
    context.complain(`${count(bad, 'thing has', 'things have')} to be put right.`);
    return 1;
  },
};

async function checkMailServer(server: SmtpServer, ownName: string, environment: Environment) {
  const transport = createSmtpTransport({ server, ownName, environment });
  try {
    return await transport.check();
  } finally {
    transport.close();
  }
}
