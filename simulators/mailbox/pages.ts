/**
 * The pages of the practice mailbox: the list, and one mail.
 *
 * A mail is somebody else's text. Its words are escaped by the template; its HTML part is a document of its own that
 * runs nothing, sends nothing and loads nothing.
 */

import { html } from 'hono/html';
import { type Html, page } from '../shared/page.ts';
import { pageHeaders } from '../shared/style.ts';
import type { ReceivedMail } from './mailbox.ts';

const notice = {
  es: 'Aquí llegan los correos de la demostración. Nada sale de este equipo',
  en: 'The mails of the demo arrive here. Nothing leaves this machine',
};

export function listPage(prefix: string, mails: readonly ReceivedMail[]): Response {
  const content =
    mails.length === 0
      ? html`<p data-testid="no-mail">Todavía no ha llegado ningún correo.<span class="english" lang="en"><br>No mail has arrived yet.</span></p>`
      : html`<ul>${mails.map((mail) => listed(prefix, mail))}</ul>`;
  return page(
    notice,
    200,
    'Buzón de práctica',
    html`${content}
<p><a href="${prefix}" data-testid="reload">Actualizar <span class="english" lang="en">· Reload</span></a></p>`,
  );
}

function listed(prefix: string, { number, to, subject, at }: ReceivedMail): Html {
  return html`
<li><a class="row" href="${prefix}/${number}" data-testid="mail-${number}"><span class="name">${subject}</span><span class="special">${to} · ${timeOf(at)}</span></a></li>`;
}

export function mailPage(prefix: string, mail: ReceivedMail): Response {
  const { number, to, subject, text, at } = mail;
  const response = page(
    notice,
    200,
    subject,
    html`<p class="session">Para <strong data-testid="mail-to">${to}</strong> · ${timeOf(at)}</p>
${found(mail)}
<h2>Texto <span class="english" lang="en">· Text</span></h2>
<pre data-testid="mail-text">${text}</pre>
<h2>HTML</h2>
<iframe src="${prefix}/${number}/html" sandbox title="HTML" data-testid="mail-html"></iframe>
<p><a href="${prefix}/${number}/html" data-testid="open-html">Abrirlo solo <span class="english" lang="en">· Open it alone</span></a></p>
<p><a href="${prefix}" data-testid="back">Volver al buzón <span class="english" lang="en">· Back to the mailbox</span></a></p>`,
  );
  response.headers.set('Content-Security-Policy', `${pageHeaders['Content-Security-Policy']}; frame-src 'self'`);
  return response;
}

/** The code and the link of a mail, where it has them: what a person, or a script in their place, came for. */
function found({ text }: ReceivedMail): Html {
  const code = /^(\d{3}) ?(\d{3})$/m.exec(text);
  const link = /^https?:\/\/\S+$/m.exec(text)?.[0];
  return html`${code === null ? '' : html`<p>Código <span class="english" lang="en">· Code</span>: <strong class="code" data-testid="mail-code">${code[1]}${code[2]}</strong></p>`}
${link === undefined ? '' : html`<p><a class="row" href="${link}" data-testid="mail-link">${link}</a></p>`}`;
}

export function unknownPage(prefix: string): Response {
  return page(
    notice,
    404,
    'Ese correo no está aquí',
    html`<p><a href="${prefix}" data-testid="back">Volver al buzón <span class="english" lang="en">· Back to the mailbox</span></a></p>`,
  );
}

/** The document as it was sent: it may look as it likes, and do nothing. */
export function htmlPart({ html: document }: ReceivedMail): Response {
  const policy = [
    "default-src 'none'",
    "style-src 'unsafe-inline'",
    "form-action 'none'",
    "base-uri 'none'",
    "frame-ancestors 'self'",
  ].join('; ');
  return new Response(document, { headers: { ...pageHeaders, 'Content-Security-Policy': policy } });
}

function timeOf(at: number): string {
  return new Intl.DateTimeFormat('es-MX', {
    dateStyle: 'medium',
    timeStyle: 'medium',
    timeZone: 'America/Mexico_City',
  }).format(at);
}
