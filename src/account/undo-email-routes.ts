/**
 * The link of a mail that tells of a change of addresses, for whoever did not make it.
 *
 *     GET  /account/emails/undo    says what it will do; opening it changes nothing, for programs open links too (F-01)
 *     POST /account/emails/undo    does it
 *     GET  /account/emails/undone  what to do next
 *
 * Asks for no session: whoever took the account over has thrown its owner out.
 */
import { emailUndonePage, undoEmailPage } from '../pages/account-undo.ts';
import { path } from '../pages/href.ts';
import { addCookie, frameOf, respondWithPage, seeOther, type WebApp } from '../web/context.ts';
import { readCookies } from '../web/cookies.ts';
import { readForm } from '../web/middleware.ts';
import { type AccountTools, occasionOf } from './dependencies.ts';
import { findUndo, type UndoEmailDependencies, undoChange } from './undo-email.ts';

const COOKIE = 'undo';
const COOKIE_SECONDS = 10 * 60;

export function mountUndoEmail(app: WebApp, tools: AccountTools & Pick<UndoEmailDependencies, 'deletion'>): void {
  const { cookies } = tools;

  app.get('/account/emails/undo', async (c) => {
    const given = c.req.query('token');
    if (given !== undefined) {
      // Kept out of the address of the page, which people show to others. What follows it in a text is none of it (F-18).
      const [written = ''] = /^[\w-]{1,100}/.exec(given) ?? [];
      addCookie(c, cookies.set(COOKIE, written, COOKIE_SECONDS));
      return seeOther(c, '/account/emails/undo');
    }
    const token = readCookies(c.req.header('Cookie') ?? null).get(cookies.name(COOKIE)) ?? '';
    const { address } = await findUndo(tools, token);
    const form = { action: path('/account/emails/undo'), fields: { undo: token } };
    return respondWithPage(c, undoEmailPage(frameOf(c), { address, form }), 200);
  });

  app.post('/account/emails/undo', async (c) => {
    const fields = await readForm(c.req.raw);
    addCookie(c, cookies.clear(COOKIE));
    await undoChange(tools, fields.get('undo') ?? '', { occasion: occasionOf(c), reference: c.var.reference });
    return seeOther(c, '/account/emails/undone');
  });

  app.get('/account/emails/undone', (c) => respondWithPage(c, emailUndonePage(frameOf(c)), 200));
}
