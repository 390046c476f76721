/**
 * What the plainest possible answer costs on this machine at this moment: node:http saying "ok".
 *
 * Machines differ, and a shared one differs from hour to hour. A sign-in counted in plain answers can be compared where
 * milliseconds cannot. Also a program: the server that gives the answers.
 */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { answerParent, startChild } from './child.ts';
import { openConnection } from './connection.ts';
import type { Cores } from './cores.ts';

const CONNECTIONS = 16;
const WARM_UP = 4_000;
const ANSWERS = 12_000;

/** Milliseconds of processor time that one plain answer costs the process that gives it. */
export async function measureYardstick(cores: Cores): Promise<number> {
  const server = startChild('./yardstick.ts', cores.server, { ...process.env, NODE_ENV: 'production' });
  try {
    const port = Number(await server.ask('port'));
    await askTimes(port, WARM_UP);
    const before = Number(await server.ask('spent'));
    await askTimes(port, ANSWERS);
    return (Number(await server.ask('spent')) - before) / ANSWERS;
  } finally {
    await server.stop();
  }
}

async function askTimes(port: number, times: number): Promise<void> {
  let asked = 0;
  const ask = async () => {
    const connection = await openConnection('localhost', port);
    for (; asked < times; asked += 1) await connection.request('GET', '/', '', '');
    connection.close();
  };
  await Promise.all(Array.from({ length: CONNECTIONS }, ask));
}

if (import.meta.main) {
  const server = createServer((_request, response) => response.end('ok')).listen(0, '127.0.0.1');
  answerParent({
    port: () => (server.address() as AddressInfo).port,
    spent() {
      const { user, system } = process.cpuUsage();
      return (user + system) / 1000;
    },
  });
}
