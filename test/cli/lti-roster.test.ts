/**
 * `lti members` on a deployment whose campus is the practice campus, over a real socket.
 */
import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { test } from 'node:test';
import { getRequestListener } from '@hono/node-server';
import { allLtiScopes, createLtiSimulator, type LtiTool13 } from '../../simulators/index.ts';
import { parseStoreSettings } from '../../src/config.ts';
import { createLog } from '../../src/events/log.ts';
import { publicKeySet } from '../../src/lti/key-set.ts';
import { createKeySource } from '../../src/oidc/key-source.ts';
import { openStore } from '../../src/open-store.ts';
import { sql } from '../../src/store/database.ts';
import { DEPLOYMENT_SECRET, withProgram } from './program.ts';

const environment = { now: () => Date.now(), randomBytes: (bytes: number) => randomBytes(bytes) };
const COURSE = 'mat-101';
const because = ['--reason', 'ticket 12'];
const env = { LLAVERO_PUBLIC_URL: 'http://localhost:4400' };

test('lti members says how many there are, or why the campus refuses; that somebody looked is recorded first, and nobody is named', () =>
  withProgram({}, async (program) => {
    await program.json('migrate');
    const settings = parseStoreSettings({
      LLAVERO_SECRET: DEPLOYMENT_SECRET,
      LLAVERO_DATABASE_URL: `sqlite:${join(program.folder, 'data/llavero.db')}`,
    });
    const log = createLog({ level: 'silent', environment, showPlaces: false });
    const open = await openStore(settings, { environment, log }, 'refused');
    let handle: (request: Request) => Response | Promise<Response> = () => new Response('', { status: 500 });
    const server = createServer(getRequestListener((request) => handle(request), { overrideGlobalObjects: false }));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    try {
      const origin = `http://localhost:${(server.address() as AddressInfo).port}`;
      const keys = createKeySource(open.store.ltiKeys, environment);
      const tool: LtiTool13 = {
        ...{ version: '1.3', slug: 'nueva', name: 'Cursos', launchAddress: 'http://localhost:4400/lti/1.3/launch' },
        ...{ clientId: 'a', deploymentId: '1', loginAddress: 'http://localhost:4400/lti/1.3/login', legacy: null },
        ...{ redirectUris: ['http://localhost:4400/lti/1.3/launch'], keySetAddress: 'http://localhost:4400/jwks' },
        scopes: allLtiScopes,
      };
      const campus = createLtiSimulator({
        ...{ environment, product: 'canvas', origin, prefix: '', tools: [tool] },
        fetch: async () => Response.json(publicKeySet(await keys.current())),
      });
      handle = (request) => campus.app.fetch(request);
      const { issuer, authorization_endpoint, token_endpoint, token_audience, jwks_uri } = campus.platform;
      await program.json(
        'apply',
        await program.write(
          'campus.yaml',
          `outbound: { allow_private: ["${new URL(origin).host}"] }
clients: [{ client_id: lms, client_name: LMS, client_secret: ${randomBytes(32).toString('hex')}, redirect_uris: [https://lms.example/cb],
  skip_authorization: true, initiate_login_uri: https://lms.example/login, lti_targets: [https://lms.example/] }]
lti: { platforms: [{ slug: canvas, issuer: "${issuer}", client_id: a, deployment_ids: ["1"], linking: never, client: lms,
  authorization_endpoint: "${authorization_endpoint}", token_endpoint: "${token_endpoint}",
  token_audience: "${token_audience}", jwks_uri: "${jwks_uri}" }] }`,
        ),
      );
      const context = { id: COURSE, label: null, title: null };
      const memberships = `${origin}/lti/courses/${COURSE}/memberships`;
      const word = { registration: 'canvas', deploymentId: '1', context, memberships };
      for (const client of ['lms', 'other']) await open.store.rosters.note(client, word, environment.now());

      const call = ['lti', 'members', 'canvas', COURSE, ...because];
      const seen = await program.run([...call, '--json'], { env });
      assert.equal(seen.code, 0, seen.stderr);
      const { rosters } = JSON.parse(seen.stdout);
      assert.equal(rosters.length, 1);
      const { answer, clients } = rosters[0];
      assert.deepEqual(clients, ['lms', 'other']);
      assert.deepEqual([answer.members, answer.pages, answer.unreadable, answer.cut_short], [7, 1, 0, false]);
      assert.deepEqual([answer.roles.Learner, answer.roles.Instructor, answer.statuses.Active], [5, 1, 7]);
      const { stdout } = await program.run(call, { env });
      assert.match(stdout, /^members +7 on 1 page$/m);
      assert.doesNotMatch(stdout + seen.stdout, /Citlali|example\.com|u-\d/);
      assert.deepEqual(campus.complaints, []);

      handle = async (request) =>
        request.url.endsWith('/lti/token')
          ? campus.app.fetch(request)
          : Response.json({ secret: 'x' }, { status: 403 });
      const refused = await program.run(call, { env });
      assert.equal(refused.code, 1);
      assert.match(refused.stdout, /^REFUSED +forbidden: the campus forbids it \(HTTP 403\)$/m);

      const looked = await open.databases.durable.all(sql`
        select provider, detail from audit_events where type = 'personal_data.viewed'`);
      assert.equal(looked.length, 3, 'also where the campus refused');
      for (const { provider, detail } of looked) {
        assert.equal(provider, 'lti:canvas');
        const { by, reason, course } = JSON.parse(String(detail));
        assert.match(by, /command line/);
        assert.deepEqual([reason, course], ['ticket 12', COURSE]);
      }
      assert.match(
        (await program.run(['lti', 'members', 'canvas', 'x', ...because], { env })).stderr,
        /no launch from a course "x"/,
      );
      assert.equal((await program.run(['lti', 'members', 'canvas', COURSE], { env })).code, 2, 'a reason is needed');
    } finally {
      server.close();
      server.closeAllConnections();
      await open.close();
    }
  }));
