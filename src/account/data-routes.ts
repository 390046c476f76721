/**
 * What is held of a person, for that person (M-04, M-11).
 *
 *     GET  /account/data           says what is in it
 *     POST /account/data/download  the file: made for this answer and kept nowhere, so that no link to it can be stolen
 */
import { SignInError } from '../errors.ts';
import { textsFor } from '../i18n/texts.ts';
import { dataPage } from '../pages/account-data.ts';
import { path } from '../pages/href.ts';
import { looseAuditEvent } from '../sign-in/commit.ts';
import { gatherPersonalData, personalData } from '../users/personal-data.ts';
import { frameOf, respondWithPage, type WebApp } from '../web/context.ts';
import type { AccountTools } from './dependencies.ts';

const HERE = path('/account/data');

export function mountData(app: WebApp, tools: AccountTools): void {
  const { environment, owners, store } = tools;

  app.get('/account/data', (c) =>
    owners.see(c, 'guests too', async (owner) => {
      const download = { action: path(`${HERE}/download`), fields: owners.token(owner) };
      return respondWithPage(c, dataPage(frameOf(c), { download }), 200);
    }),
  );

  app.post('/account/data/download', (c) =>
    owners.change(c, { page: HERE, admission: 'recently signed in, or a guest' }, async ({ user }) => {
      const now = environment.now();
      const parts = { type: 'personal_data.viewed', code: null, userId: user.id, provider: null } as const;
      const detail = { by: 'person', how: 'download' };
      // Written down before anything leaves.
      await store.audit.record(looseAuditEvent(environment, { ...parts, reference: c.var.reference, detail }));
      const facts = await gatherPersonalData(store, user.id, now);
      if (facts === null) throw new SignInError('not_found', 'the account is gone');
      const document = personalData(facts, textsFor(c.var.locale).accountData.parts, now);
      c.header('Cache-Control', 'no-store');
      c.header('Content-Type', 'application/json; charset=utf-8');
      c.header('Content-Disposition', 'attachment; filename="llavero.json"');
      return c.body(JSON.stringify(document, null, 2), 200);
    }),
  );
}
