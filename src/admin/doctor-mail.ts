/**
 * What the doctor says of mail: whether any can be sent, and whether something that is switched on needs it.
 */
import type { Settings, SmtpServer } from '../config.ts';
import type { ConfigurationSnapshot } from '../configuration/snapshot.ts';
import type { DeliveryFailure } from '../delivery/attempt.ts';
import { senderOf } from '../mail/sender.ts';
import type { Finding } from '../providers/provider.ts';
import { good } from './finding.ts';

/** Asks a mail server whether it takes us, without sending anything; null when it does. */
export type CheckMailServer = (server: SmtpServer, settings: Settings) => Promise<DeliveryFailure | null>;

/** Ways to sign in that cannot work without mail. */
const needMail = ['email', 'password'];

export async function examineMail(
  snapshot: ConfigurationSnapshot,
  settings: Settings,
  check: CheckMailServer,
): Promise<Finding[]> {
  const subject = 'mail';
  if (settings.smtp === null) return [withoutServer(snapshot, settings)];
  const server = `${settings.smtp.host}:${settings.smtp.port}`;
  const failure = await check(settings.smtp, settings);
  if (failure !== null) {
    const cause = failure.code ?? failure.status;
    return [{ subject, verdict: 'bad', detail: `${server}: ${failure.detail}${cause === null ? '' : ` (${cause})`}` }];
  }
  const { name, address } = senderOf(snapshot.mail, snapshot.brand, new URL(settings.publicUrl));
  return [good(subject, `${server} takes our mail; let it send as ${name} <${address}>`)];
}

function withoutServer({ providers, registration }: ConfigurationSnapshot, { mode }: Settings): Finding {
  const subject = 'mail';
  if (mode !== 'production') return good(subject, 'shown on standard error instead of being sent');
  const stranded = [...providers.values()].filter(({ enabled, vendor }) => enabled && needMail.includes(vendor));
  const fix = 'set LLAVERO_SMTP_URL';
  const names = [...stranded.map(({ slug }) => slug), ...(provesAddresses(registration) ? ['registration'] : [])];
  if (names.length === 0) return { subject, verdict: 'unsure', detail: `none can be sent: ${fix}` };
  return { subject, verdict: 'bad', detail: `none can be sent, and it is needed by ${names.join(', ')}: ${fix}` };
}

/** Where the operator says so; and where an address can be typed, which is proved in any case. */
function provesAddresses(registration: ConfigurationSnapshot['registration']): boolean {
  if (registration === null || registration === 'unreadable') return false;
  return registration.verify_email || registration.fields.email !== 'hidden';
}
