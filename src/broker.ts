/**
 * A broker that is ready to answer: databases opened and migrated, the secret checked, the app made, old rows swept,
 * mails sent, apps told.
 *
 * For every way of running it: the command line, the demo, tests over a real server. Listening is left to the caller.
 */
import { setTimeout as delay } from 'node:timers/promises';
import { createApp, type RequestListener } from './app.ts';
import { openCampuses } from './campuses.ts';
import { startClientEvents } from './client-events/client-events.ts';
import type { Settings } from './config.ts';
import { openDeletion } from './deleting.ts';
import { type Extensions, noExtensions } from './extensions.ts';
import { openLaunchDoor } from './launches.ts';
import { createSendScore } from './lti/services/send-score.ts';
import { type Mail, startMail } from './mail/mail.ts';
import { senderOf } from './mail/sender.ts';
import { createLogTransport, type MailTransport, noTransport } from './mail/transport.ts';
import { type Merging, openMerging } from './merging.ts';
import { rotateDueKeys } from './oidc/key-schedule.ts';
import { type OpenStore, openStore, type World } from './open-store.ts';
import { outboundBySnapshot } from './outbound.ts';
import { startScores } from './scores/scores.ts';
import { sql } from './store/database.ts';
import { startSweeping } from './store/sweep.ts';
import { createTrustedProxies } from './web/client-address.ts';
import { createPlainHttpGuard } from './web/plain-http.ts';

export interface Broker extends OpenStore {
  readonly listener: RequestListener;
  readonly mail: Mail;
  readonly merging: Merging;
  /** From now on `/readyz` says no, so that no new work is sent here. */
  drain(): void;
}

export async function openBroker(
  settings: Settings,
  world: World,
  { steps, mergeParticipants, disconnectSteps }: Extensions = noExtensions,
  mailTransport: MailTransport | null = null,
): Promise<Broker> {
  const open = await openStore(settings, world, 'brought up to date');
  const outbound = outboundBySnapshot(settings);
  let draining = false;
  const publicUrl = new URL(settings.publicUrl);
  const clientEvents = startClientEvents({ ...world, ...open, publicUrl, outboundFor: outbound.for, delay: patience });
  const campuses = openCampuses(open, { ...world, outboundFor: outbound.for });
  const scores = startScores({ ...world, store: open.store, send: createSendScore(campuses), delay: patience });
  const mail = startMail({
    ...world,
    outbox: open.store.outbox,
    transport: mailTransport ?? (await mailTransportFor(settings, world)),
    async sender() {
      const snapshot = await open.configuration.current();
      return senderOf(snapshot.mail, snapshot.brand, publicUrl);
    },
    delay: patience,
  });
  if (!mail.canSend) {
    world.log.warn({ event: 'mail.unavailable', detail: 'no mail can be sent: LLAVERO_SMTP_URL is not set' });
  }
  const trustedProxies = createTrustedProxies(settings.trustedProxies);
  const refusePlainHttp = createPlainHttpGuard(publicUrl, trustedProxies);
  const surroundings = { ...world, publicUrl, mail, wakeClientEvents: clientEvents.wake };
  const merging = openMerging(open, { ...surroundings, participants: mergeParticipants });
  const deletion = openDeletion(open, surroundings);
  const rotateKeys = async () => {
    const { keys } = await open.configuration.current();
    for (const store of [open.store.signingKeys, open.store.ltiKeys]) {
      await rotateDueKeys(store, keys.rotation_days, world);
    }
  };
  const sweeping = startSweeping(open.store, world, [deletion.endWhatIsDue, rotateKeys]);
  const app = createApp({
    publicUrl,
    trustedProxies,
    ...world,
    ...open,
    steps,
    disconnectSteps,
    launchDoor: openLaunchDoor(open, surroundings),
    mail,
    merging,
    deletion,
    wakeClientEvents: clientEvents.wake,
    wakeScores: scores.wake,
    campuses,
    outboundFor: outbound.for,
    delay: (milliseconds) => delay(milliseconds),
    isReady: async () => !draining && (await open.databases.durable.get(sql`select 1 as one`)) !== null,
  });
  return {
    ...open,
    mail,
    merging,
    listener: async (request, response) => {
      if (!refusePlainHttp(request, response)) await app(request, response);
    },
    drain() {
      draining = true;
    },
    async close() {
      await sweeping.stop();
      await Promise.all([mail.stop(), clientEvents.stop(), scores.stop()]);
      await outbound.close();
      await open.close();
    },
  };
}

/** How long the end of the process waits for what is under way; it alone must not keep the process alive. */
const patience = (milliseconds: number) => delay(milliseconds, undefined, { ref: false });

/** Without a mail server a developer reads mails on standard error. In production that would write codes into a log. */
async function mailTransportFor({ smtp, mode, publicUrl }: Settings, { environment }: World): Promise<MailTransport> {
  if (smtp !== null) {
    // Loaded only where it is used: it would be a tenth of the time in which a process starts.
    const { createSmtpTransport } = await import('./mail/smtp.ts');
    return createSmtpTransport({ server: smtp, ownName: new URL(publicUrl).hostname, environment });
  }
  return mode === 'production' ? noTransport : createLogTransport((text) => process.stderr.write(text));
}
