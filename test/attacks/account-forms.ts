/**
 * Every form by which somebody changes their own account, as that person was shown it, for the tests that forge forms.
 */
import assert from 'node:assert/strict';
import type { Page, TestBrowser } from '../browser.ts';
import { addEmail, byLlaveMx, byMail, open, undoLinkIn } from '../flows/own-account.ts';
import { BROKER, type Rig } from '../rig.ts';

export interface ShownForm {
  readonly browser: TestBrowser;
  readonly url: URL;
  /** What the browser of whoever was shown it sends. */
  readonly own: Record<string, string>;
  /** The same but with the secret of somebody else. */
  readonly foreign: Record<string, string>;
  /** Without any secret. */
  readonly bare: Record<string, string>;
}

export async function accountForms(rig: Rig): Promise<ShownForm[]> {
  const attacker = await byMail(rig, 'atacante@uni.mx');
  const foreign = {
    token: formOf(await open(attacker, '/emails'), '/emails/add').fields.token ?? assert.fail('no token'),
  };
  // Somebody with everything: an address that nobody verified, two that are, two identities.
  const owner = await byLlaveMx(rig, 'correo-sin-verificar');
  await addEmail(rig, owner, 'duena@uni.mx');
  await addEmail(rig, owner, 'duena.otra@uni.mx');
  await byMail(rig, 'duena@uni.mx');
  const sessions = await open(owner, '/sessions');
  const identities = await open(owner, '/identities');
  const emails = await open(owner, '/emails');
  const yes = { answer: 'yes' };
  const shown: readonly (readonly [TestBrowser, Page, verb: string, sent: Record<string, string>])[] = [
    [owner, await open(owner, '/apps'), '/apps/revoke', {}],
    [owner, await open(owner, '/data'), '/data/download', {}],
    [owner, sessions, '/sessions/end', {}],
    [owner, sessions, '/sessions/end-others', {}],
    [owner, emails, '/emails/add', {}],
    [owner, emails, '/emails/make-primary', {}],
    [owner, await owner.click(emails, 'verify-1'), '/emails/verify', {}],
    [owner, identities, '/identities/connect', {}],
    [owner, await open(owner, '/password'), '/password/choose', {}],
    [owner, await owner.click(emails, 'remove-3'), '/emails/remove', yes],
    [owner, await owner.click(identities, 'disconnect-llave-mx'), '/identities/disconnect', yes],
    [owner, await open(owner, '/data/delete'), '/data/delete', { understood: 'later' }],
  ];
  const forms = shown.map(([browser, page, verb, sent]) => ({ browser, sent, ...formOf(page, verb) }));
  // Its page offers it only to whoever has a password; all it holds is the token.
  const { token = '' } = formOf(emails, '/emails/add').fields;
  const again = { browser: owner, sent: {}, url: new URL('/account/password/again', BROKER), fields: { token } };
  const changing = [again, ...forms].map(({ browser, url, fields, sent }) => {
    const own = { ...fields, ...sent };
    return { browser, url, own, foreign: { ...own, ...foreign }, bare: { ...own, token: '' } };
  });
  // Sent last, because it throws everybody out. Whose link it is, is all that its form must know: nobody else has it.
  const reader = rig.browser();
  const undo = formOf(
    await reader.get(
      undoLinkIn(rig.mailbox.findLast(({ to, text }) => to === 'duena@uni.mx' && text.includes('/undo')) ?? null),
    ),
    '/emails/undo',
  );
  return [
    ...changing,
    { browser: reader, url: undo.url, own: undo.fields, foreign: { undo: 'made-up' }, bare: { answer: 'yes' } },
  ];
}

function formOf({ forms }: Page, verb: string) {
  const form = forms.find((one) => one.attribute('action') === `/account${verb}`) ?? assert.fail(`no form ${verb}`);
  const inputs = form.all('input').map((input) => [input.attribute('name') ?? '', input.attribute('value') ?? '']);
  const fields: Record<string, string> = Object.fromEntries(inputs);
  return { url: new URL(`/account${verb}`, BROKER), fields };
}
