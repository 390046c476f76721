/**
 * `llavero demo`: the whole of it on one machine. The broker, practice providers and a course site, and what to open.
 *
 * Must never run in production: it makes up the course site's secret, and its providers believe anybody.
 */
import { readFile } from 'node:fs/promises';
import { createCourseSite, listen as listenCourseSite } from '../../examples/course-site/course-site.ts';
import { createLlaveMxSimulator, listen, practicePeople } from '../../simulators/index.ts';
import { openBroker } from '../broker.ts';
import { parseSettings } from '../config.ts';
import { parseConfigurationFile } from '../configuration/file.ts';
import { applyChanges, planChanges } from '../configuration/plan.ts';
import { createLog } from '../events/log.ts';
import { vendors } from '../providers/registry.ts';
import { startServer } from '../server.ts';
import type { Command } from './command.ts';

const BROKER_PORT = 4400;
const PRACTICE_PORT = 4401;
const COURSE_SITE_PORT = 4402;
const HOST = 'localhost';
const CONFIGURATION = new URL('../../examples/demo/llavero.yaml', import.meta.url);

export const demo: Command = {
  name: 'demo',
  usage: 'demo',
  summary: 'run the broker with practice providers and a course site',
  async run({ environment, env, print, stopped }) {
    const settings = parseSettings({
      LLAVERO_LOG_LEVEL: 'warn',
      ...env,
      NODE_ENV: 'development',
      LLAVERO_PORT: `${BROKER_PORT}`,
    });
    const log = createLog({ level: settings.logLevel, environment, showPlaces: true });
    const broker = await openBroker(settings, { environment, log });
    // The same at each start, so that a second one changes nothing; known to nobody else.
    const secret = broker.vault.derive('course site of the demo');
    const wanted = parseConfigurationFile(await readFile(CONFIGURATION, 'utf8'), {
      env: { COURSE_SITE_SECRET: secret },
      vendors,
    });
    const current = await broker.configurationStore.loadAll();
    await applyChanges(broker.configurationStore, planChanges(current, wanted, { prune: false, vendors }), {
      by: 'demo',
      reason: 'the demo was started',
      at: environment.now(),
    });

    const practice = await listen(
      createLlaveMxSimulator({
        environment,
        applications: [
          {
            mode: 'apps',
            clientId: '202508101834311980',
            name: 'Llavero',
            redirectUris: [`http://${HOST}:${BROKER_PORT}/callback/llave-mx`],
          },
        ],
        controls: true,
      }).app,
      { port: PRACTICE_PORT, hostname: HOST },
    );
    const server = await startServer(broker.listener, { port: BROKER_PORT, hostname: HOST, log });
    const courseSite = await listenCourseSite(
      createCourseSite({
        origin: `http://${HOST}:${COURSE_SITE_PORT}`,
        issuer: settings.publicUrl,
        clientId: 'course-site',
        clientSecret: secret,
        environment,
      }),
      COURSE_SITE_PORT,
      HOST,
    );

    print(welcome());
    await stopped;
    broker.drain();
    courseSite.close();
    await practice.close();
    await server.close();
    await broker.close();
    return 0;
  },
};

function welcome(): string {
  const people = practicePeople.map(({ name, special }) => `    ${name.padEnd(34)} ${special.es}`);
  return [
    '',
    `  Open the course site:   http://${HOST}:${COURSE_SITE_PORT}`,
    `  The broker itself:      http://${HOST}:${BROKER_PORT}`,
    `  The practice Llave MX:  http://${HOST}:${PRACTICE_PORT}`,
    '',
    '  Press "Iniciar sesión", choose Llave MX and be one of the practice people:',
    ...people,
    '',
    '  Ctrl+C stops everything. What was signed in is kept in ./data.',
    '',
  ].join('\n');
}
