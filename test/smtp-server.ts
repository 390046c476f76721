/**
 * A mail server that is not ours: `smtp-server`, as this side of a test wants it. Listens on a free port of 127.0.0.1 and
 * keeps what it was told, word for word.
 */
import { once } from 'node:events';
import type { AddressInfo, Socket } from 'node:net';
import { buffer } from 'node:stream/consumers';
import PostalMime, { type Email } from 'postal-mime';
import { SMTPServer, type SMTPServerOptions } from 'smtp-server';

export interface ReceivedMail {
  readonly from: string;
  /** Each `RCPT TO` that was accepted. */
  readonly to: readonly string[];
  readonly secure: boolean;
  readonly user: string | null;
  /** As it came over the wire. */
  readonly raw: string;
  /** As a mail program reads it. */
  readonly mail: Email;
}

export interface TestSmtpServer {
  readonly port: number;
  readonly received: ReceivedMail[];
  /** The next one that comes. */
  next(): Promise<ReceivedMail>;
  /** What came over the wire before TLS, if there is any. */
  wire(): string;
  /** Connections that were ever opened. */
  connections(): number;
  /** Cuts every connection, as a server does that was restarted. */
  hangUp(): void;
  close(): Promise<void>;
}

/** Without options: no TLS, no login, takes everything. */
export async function startSmtpServer(options: SMTPServerOptions = {}): Promise<TestSmtpServer> {
  const received: ReceivedMail[] = [];
  let arrival = Promise.withResolvers<ReceivedMail>();
  let connections = 0;
  let wire = '';
  const server = new SMTPServer({
    authOptional: true,
    disabledCommands: options.key === undefined ? ['STARTTLS'] : [],
    logger: false,
    closeTimeout: 50,
    onConnect(_session, callback) {
      connections += 1;
      callback();
    },
    async onData(stream, session, callback) {
      const raw = await buffer(stream);
      const { mailFrom, rcptTo } = session.envelope;
      const mail: ReceivedMail = {
        from: mailFrom === false ? '' : mailFrom.address,
        to: rcptTo.map(({ address }) => address),
        secure: session.secure,
        user: typeof session.user === 'string' ? session.user : null,
        raw: raw.toString(),
        mail: await PostalMime.parse(raw),
      };
      received.push(mail);
      arrival.resolve(mail);
      arrival = Promise.withResolvers();
      callback();
    },
    ...options,
  });
  server.on('error', () => {}); // A client that cuts the connection is no fault of a test.
  const listening = server.listen(0, '127.0.0.1');
  await once(listening, 'listening');
  listening.on('connection', (socket: Socket) => {
    socket.on('data', (chunk: Buffer) => {
      wire += chunk.toString();
    });
  });
  return {
    port: (listening.address() as AddressInfo).port,
    received,
    next: () => arrival.promise,
    wire: () => wire,
    connections: () => connections,
    hangUp() {
      for (const connection of server.connections) connection.close();
    },
    close: () => new Promise((resolve) => server.close(() => resolve())),
  };
}

/** An answer with this code, as the server's handlers want it. */
export function refusal(responseCode: number, text: string): Error {
  return Object.assign(new Error(text), { responseCode });
}
