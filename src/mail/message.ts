/**
 * A mail from its blocks: the text part and the HTML part are drawn from the same ones, so they cannot differ (F-15).
 *
 * Every mail has exactly one link, ours. No picture, no font, no tracking, nothing from elsewhere. The ground and the
 * colour of the words are left to the mail program, which knows whether it is dark. Must never hold a name in a form
 * that a mail program makes clickable: `displayedName` is for all that somebody else chose.
 */
import { textsFor } from '../i18n/texts.ts';
import type { HeaderLine, Locale, MailMessage, Recipient } from '../model.ts';
import type { Brand } from '../pages/brand.ts';
import { displayName } from '../pages/display.ts';
import { type Html, html } from '../pages/html.ts';
import type { MailLink } from './link.ts';

/** What a mail needs besides its own props. */
export interface MailFrame {
  readonly locale: Locale;
  readonly brand: Brand;
}

export type MailBlock =
  | { readonly kind: 'paragraph'; readonly text: string }
  | { readonly kind: 'heading'; readonly text: string }
  /** Six digits. */
  | { readonly kind: 'code'; readonly code: string }
  | { readonly kind: 'facts'; readonly facts: readonly { readonly label: string; readonly value: string }[] };

export interface MailContent {
  readonly subject: string;
  /** What a list of mails and a lock screen show of it: so never a code. */
  readonly preview: string;
  readonly before: readonly MailBlock[];
  readonly action: { readonly label: string; readonly link: MailLink };
  readonly after: readonly MailBlock[];
}

export function composeMail(frame: MailFrame, to: Recipient, content: MailContent): MailMessage {
  const subject = headerLine(content.subject);
  const footer = textsFor(frame.locale).mail.footer(displayedName(frame.brand.productName));
  return { to, subject, text: textPart(content, footer), html: htmlPart(frame, subject, content, footer) };
}

/** One line: what ends a header or turns its direction becomes a space (F-15, CVE-2022-31127). */
export function headerLine(text: string): HeaderLine {
  return text.replace(/[\s\p{C}\p{Zl}\p{Zp}]+/gu, ' ').trim() as HeaderLine;
}

/**
 * A name that somebody else chose, in a sentence of a mail. Mail programs make links of what looks like an address; an
 * invisible word joiner after each of its points keeps `https://evil.test/premio` the mere words that it is (F-15).
 */
export function displayedName(name: string): string {
  return displayName(name).replace(/[.:/@](?=\S)/g, '$&\u2060');
}

// ------------------------------------------------------------------------------------------------------------- text

function textPart({ before, action, after }: MailContent, footer: string): string {
  // The address alone on its line: a full stop after it would become part of it (F-18).
  const parts = [...before.map(blockAsText), `${action.label}:\n${action.link}`, ...after.map(blockAsText), footer];
  return `${parts.join('\n\n')}\n`;
}

function blockAsText(block: MailBlock): string {
  switch (block.kind) {
    case 'paragraph':
    case 'heading':
      return block.text;
    case 'code':
      return groupsOf(block.code).join(' ');
    case 'facts':
      return block.facts.map(({ label, value }) => `${label}: ${value}`).join('\n');
  }
}

/** In threes, as telephone numbers are read. */
function groupsOf(code: string): string[] {
  return code.match(/\d{3}/g) ?? [];
}

// ------------------------------------------------------------------------------------------------------------- HTML

const font = "16px/1.5 system-ui,-apple-system,'Segoe UI',Roboto,sans-serif";
const codeFont = "700 34px/1.2 ui-monospace,Menlo,Consolas,'Courier New',monospace";
const button = 'display:inline-block;padding:12px 24px;color:#ffffff;text-decoration:none;font-weight:600';

function htmlPart({ locale, brand }: MailFrame, subject: HeaderLine, content: MailContent, footer: string): string {
  const { preview, before, action, after } = content;
  const ground = brand.accent.light;
  return html`<!doctype html>
<html lang="${locale}" dir="ltr">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="supported-color-schemes" content="light dark">
<title>${subject}</title>
</head>
<body style="margin:0;padding:24px 16px;font:${font}">
<div style="display:none;max-height:0;overflow:hidden">${preview}</div>
<div style="max-width:512px;margin:0 auto">
${before.map(blockAsHtml)}<table role="presentation" cellspacing="0" cellpadding="0" border="0" style="margin:24px 0"><tr><td bgcolor="${ground}" style="background:${ground};border-radius:10px"><a href="${action.link}" style="${button}">${action.label}</a></td></tr></table>
${after.map(blockAsHtml)}<p style="margin:32px 0 0;font-size:14px;opacity:.75">${footer}</p>
</div>
</body>
</html>
`.toString();
}

function blockAsHtml(block: MailBlock): Html {
  switch (block.kind) {
    case 'paragraph':
      return html`<p style="margin:0 0 16px">${block.text}</p>\n`;
    case 'heading':
      return html`<h2 style="margin:24px 0 4px;font-size:16px">${block.text}</h2>\n`;
    case 'code': {
      // The gap is a margin and no character: what is copied is the six digits.
      const groups = groupsOf(block.code).map((group) => html`<span style="margin-right:12px">${group}</span>`);
      return html`<p style="margin:0 0 16px;font:${codeFont};letter-spacing:3px;white-space:nowrap">${groups}</p>\n`;
    }
    case 'facts':
      return html`<p style="margin:0 0 16px">${block.facts.map(({ label, value }) => html`${label}: <strong>${value}</strong><br>`)}</p>\n`;
  }
}
