/**
 * A program: the strict practice Llave MX, where each request to sign in is answered by the next generated person.
 */
import { randomBytes } from 'node:crypto';
import { createLlaveMxSimulator, generatedPerson, listen } from '../simulators/index.ts';
import { answerParent } from './child.ts';
import { BROKER_ORIGIN, PROVIDER } from './journeys.ts';
import { LLAVE_MX_CLIENT_ID } from './prepare.ts';

let next = 0;
const simulator = createLlaveMxSimulator({
  environment: { now: Date.now, randomBytes: (bytes) => randomBytes(bytes) },
  applications: [
    {
      mode: 'apps',
      clientId: LLAVE_MX_CLIENT_ID,
      name: 'Bench',
      redirectUris: [`${BROKER_ORIGIN}/callback/${PROVIDER}`],
    },
  ],
  choose: () => generatedPerson(next++),
  recordedRequests: 0,
});
const listening = await listen(simulator.app, { port: 0, hostname: '127.0.0.1' });

answerParent({
  origin: () => listening.origin,
  /** The next person is the one of this number, then the ones after it. */
  startFrom(number) {
    next = Number(number);
    return null;
  },
  complaints: () => simulator.complaints,
});
