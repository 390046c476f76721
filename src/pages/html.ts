/**
 * The only template that pages are written with: text is escaped, markup is made by the same template.
 *
 * Narrows `hono/html` to what a page may interpolate. Must never offer a way to pass text through unescaped: our own
 * drawings are templates too.
 */
import { html as escapingTemplate } from 'hono/html';
import type { HtmlEscapedString } from 'hono/utils/html';

/** Markup that only the template can make. */
export type Html = HtmlEscapedString;

/** Booleans are left out on purpose: hono drops them silently, so `${name && …}` would hide an empty name. */
export type Fragment = string | number | null | Html | readonly Html[];

/** Escapes text for element content and for double-quoted attributes; attributes must always be double-quoted. */
export function html(strings: TemplateStringsArray, ...values: readonly Fragment[]): Html {
  const rendered = escapingTemplate(strings, ...values);
  if (rendered instanceof Promise) throw new TypeError('A page waits for nothing, but a promise was interpolated.');
  return rendered;
}
