/**
 * A program: the broker as `serve` runs it, which also answers what it has spent.
 *
 * Nothing of it is replaced but the mail server, by a mailbox in the process: the same composition, the same server.
 * Counting and profiling are off unless asked for.
 */
import { writeFile } from 'node:fs/promises';
import { Session } from 'node:inspector/promises';
import { openBroker } from '../src/broker.ts';
import { parseSettings } from '../src/config.ts';
import { createLog } from '../src/events/log.ts';
import { noExtensions } from '../src/extensions.ts';
import { startServer } from '../src/server.ts';
import { answerParent } from './child.ts';
import { countStatements } from './count-statements.ts';
import { createMailboxInProcess } from './mailbox.ts';
import { environment, serverEnvironment } from './prepare.ts';

const settings = parseSettings(serverEnvironment(process.env.BENCH_DATABASE_URL ?? ''));
const log = createLog({ level: settings.logLevel, environment, showPlaces: false });
const mailbox = createMailboxInProcess();
const broker = await openBroker(settings, { environment, log }, noExtensions, mailbox.transport);
const server = await startServer(broker.listener, { port: settings.port, hostname: '127.0.0.1', log });
const inspector = new Session();

answerParent({
  port: () => server.port,
  /** The code of the next mail to this address that nobody asked for yet. */
  code: (address) => mailbox.codeFor(String(address)),
  /** Processor time in milliseconds, of all threads; the largest memory so far in bytes. */
  spent() {
    const { userCPUTime, systemCPUTime, maxRSS } = process.resourceUsage();
    return { milliseconds: (userCPUTime + systemCPUTime) / 1000, peakBytes: maxRSS * 1024 };
  },
  /** Counts from now on; slows the process a little, so ask only after everything else was measured. */
  count() {
    counts = {
      durable: countStatements(broker.databases.durable),
      ephemeral: countStatements(broker.databases.ephemeral),
    };
    return null;
  },
  counted: () => ({
    durable: counts?.durable.take() ?? [],
    ephemeral: counts?.ephemeral.take() ?? [],
  }),
  async profile() {
    inspector.connect();
    await inspector.post('Profiler.enable');
    await inspector.post('Profiler.setSamplingInterval', { interval: 200 });
    await inspector.post('Profiler.start');
    return null;
  },
  async profiled(file) {
    const { profile } = await inspector.post('Profiler.stop');
    inspector.disconnect();
    await writeFile(String(file), JSON.stringify(profile));
    return null;
  },
});

let counts: { durable: ReturnType<typeof countStatements>; ephemeral: ReturnType<typeof countStatements> } | null =
  null;
