/**
 * `llavero demo`: the whole of it on one machine. The broker, practice providers, a mailbox, a course site, an LMS and a campus, and
 * what to open.
 *
 * Must never run in production: it makes up the secrets of its apps, and its providers believe anybody.
 */
import { readFile } from 'node:fs/promises';
import { createCourseSite, listen as listenCourseSite } from '../../examples/course-site/course-site.ts';
import { createPracticeCampus } from '../../examples/demo/practice-campus.ts';
import { createPracticeLms } from '../../examples/demo/practice-lms.ts';
import { createPracticeProviders } from '../../examples/demo/practice-providers.ts';
import { createMailbox, listen, type Mailbox, practicePeople } from '../../simulators/index.ts';
import { applyConfiguration } from '../admin/configuration.ts';
import { importUsers } from '../admin/import-users.ts';
import { type Broker, openBroker } from '../broker.ts';
import { type ProcessEnvironment, parseSettings } from '../config.ts';
import { parseConfigurationFile } from '../configuration/file.ts';
import { createLog } from '../events/log.ts';
import { loadExtensions } from '../extensions.ts';
import { createLogTransport, type MailTransport } from '../mail/transport.ts';
import type { Environment } from '../model.ts';
import { vendors } from '../providers/registry.ts';
import { startServer } from '../server.ts';
import { type Command, type CommandContext, readArguments } from './command.ts';

const BROKER_PORT = 4400;
const PRACTICE_PORT = 4401;
const COURSE_SITE_PORT = 4402;
const LMS_PORT = 4403;
const CAMPUS_PORT = 4404;
const HOST = 'localhost';
const MAIL_PATH = '/mail';
const CONFIGURATION = new URL('../../examples/demo/llavero.yaml', import.meta.url);
const OLD_ACCOUNTS = new URL('../../examples/demo/old-accounts.jsonl', import.meta.url);

const addresses = {
  courseSite: `http://${HOST}:${COURSE_SITE_PORT}`,
  lms: `http://${HOST}:${LMS_PORT}`,
  campus: `http://${HOST}:${CAMPUS_PORT}`,
  broker: `http://${HOST}:${BROKER_PORT}`,
  practiceProviders: `http://${HOST}:${PRACTICE_PORT}`,
  mailbox: `http://${HOST}:${PRACTICE_PORT}${MAIL_PATH}`,
} as const;

export const demo: Command = {
  name: 'demo',
  usage: '',
  details: [`Uses the ports ${BROKER_PORT} to ${CAMPUS_PORT}. What was signed in is kept in ./data.`],
  async run(context) {
    readArguments(context.arguments, [], {});
    const started: Closing[] = [];
    try {
      await start(context, started);
      const people = practicePeople.map(({ name, special }) => ({ name, about: special.es }));
      context.show({ ...addresses, people }, welcome(people));
      await context.stopped();
    } finally {
      // Also after half a start, such as when a port is taken: what is open would keep the process alive.
      for (const close of started.toReversed()) await close();
    }
    return 0;
  },
};

type Closing = () => unknown;

async function start({ environment, env }: CommandContext, started: Closing[]): Promise<void> {
  const settings = parseSettings({
    LLAVERO_LOG_LEVEL: 'warn',
    ...env,
    NODE_ENV: 'development',
    LLAVERO_PORT: `${BROKER_PORT}`,
  });
  const log = createLog({ level: settings.logLevel, environment, showPlaces: true });
  const mailbox = createMailbox({ environment, prefix: MAIL_PATH });
  // Whoever names a mail server wants to see mails arrive there.
  const mailTransport = settings.smtp === null ? transportTo(mailbox) : null;
  const broker = await openBroker(settings, { environment, log }, await loadExtensions(process.cwd()), mailTransport);
  started.push(() => broker.close());
  // The same at each start, so that a second one changes nothing; known to nobody else.
  const courseSiteSecret = broker.vault.derive('course site of the demo');
  const lmsSecret = broker.vault.derive('practice LMS of the demo');
  const clientSecret = broker.vault.derive('practice providers of the demo');
  const campusSecret = broker.vault.derive('practice campus of the demo');
  await importOldAccounts(broker, environment);
  const secrets = {
    ...{ COURSE_SITE_SECRET: courseSiteSecret, LMS_SECRET: lmsSecret },
    ...{ PRACTICE_SECRET: clientSecret, CAMPUS_SECRET: campusSecret },
  };
  await configure(broker, secrets, environment);

  const practice = await listen(
    createPracticeProviders({
      environment,
      origin: addresses.practiceProviders,
      broker: addresses.broker,
      clientSecret,
      mailbox,
    }),
    { port: PRACTICE_PORT, hostname: HOST },
  );
  started.push(() => practice.close());
  const server = await startServer(broker.listener, { port: BROKER_PORT, hostname: HOST, log });
  started.push(() => server.close());
  const courseSite = await listenCourseSite(
    createCourseSite({
      origin: addresses.courseSite,
      issuer: settings.publicUrl,
      clientId: 'course-site',
      clientSecret: courseSiteSecret,
      scope: 'openid profile email lti',
      sendsScores: true,
      environment,
    }),
    COURSE_SITE_PORT,
    HOST,
  );
  started.push(() => courseSite.close());
  const lms = await listen(
    createPracticeLms({
      environment,
      origin: addresses.lms,
      broker: addresses.broker,
      clientSecret: lmsSecret,
    }),
    { port: LMS_PORT, hostname: HOST },
  );
  started.push(() => lms.close());
  const campus = await listen(
    createPracticeCampus({
      environment,
      origin: addresses.campus,
      broker: addresses.broker,
      courseSite: addresses.courseSite,
      secret: campusSecret,
    }).app,
    { port: CAMPUS_PORT, hostname: HOST },
  );
  started.push(() => campus.close());
  started.push(() => broker.drain());
}

/** Into the mailbox, and onto standard error as in any development. */
function transportTo(mailbox: Mailbox): MailTransport {
  const shown = createLogTransport((text) => process.stderr.write(text));
  return {
    ...shown,
    deliver(mail, sender) {
      mailbox.deliver(mail.message);
      return shown.deliver(mail, sender);
    },
  };
}

async function configure(broker: Broker, secrets: ProcessEnvironment, environment: Environment): Promise<void> {
  const text = await readFile(CONFIGURATION, 'utf8');
  const wanted = parseConfigurationFile(text, { env: secrets, vendors });
  const authorship = { by: 'demo', reason: 'the demo was started', at: environment.now() };
  await applyConfiguration(broker.configurationStore, wanted, { prune: false, vendors }, authorship);
}

/** Two accounts of one person, as schools have them that counted enrolments and not people. */
async function importOldAccounts({ store, vault }: Broker, environment: Environment): Promise<void> {
  const people = await readFile(OLD_ACCOUNTS, 'utf8');
  const { faults } = await importUsers(people, 'password', { store, vault, environment });
  if (faults.length > 0) throw new Error(`the accounts of the demo: ${JSON.stringify(faults)}`);
}

function welcome(people: readonly { readonly name: string; readonly about: string }[]): string {
  return [
    '',
    `  Open the course site:   ${addresses.courseSite}`,
    `  An LMS, as Open edX is: ${addresses.lms}`,
    `  A campus with courses:  ${addresses.campus}`,
    `  The broker itself:      ${addresses.broker}`,
    `  Mails arrive at:        ${addresses.mailbox}`,
    '',
    '  Press "Iniciar sesión", choose a way in, and be one of the practice people that its page names. At Llave MX:',
    ...people.map(({ name, about }) => `    ${name.padEnd(34)} ${about}`),
    '',
    '  At the campus be the first person of its list, open the course and press a link: it is the same person as the first',
    '  of Llave MX, with the same address, and has one account, whichever way is taken first. Its teacher can add an activity.',
    '',
    '  Ctrl+C stops everything. What was signed in is kept in ./data.',
    '',
  ].join('\n');
}
