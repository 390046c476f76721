/**
 * The address that a mail leads to: on our own public address, whatever host the request named (F-08, CVE-2017-18380),
 * and in a form that mail programs hand on unharmed (F-18).
 */
import type { Path } from '../pages/href.ts';

declare const mailLinkBrand: unique symbol;

/** An absolute address of ours that is fit for a mail. Made only by `mailLink`. */
export type MailLink = string & { readonly [mailLinkBrand]: true };

/** Some programs cut longer lines, quoted-printable or not. */
const LONGEST = 200;

/** Programs that turn plain text into links leave a full stop, a bracket or an equals sign at the end out of it. */
const FIT = /^[\w\-.~:/?=&[\]]*[\w\-/]$/;

/** @throws TypeError for a path that a mail could not carry: a fault of ours. */
export function mailLink(publicUrl: URL, path: Path): MailLink {
  const { href } = new URL(path, publicUrl);
  if (href.length > LONGEST || !FIT.test(href)) throw new TypeError('Not an address that a mail can carry.');
  return href as MailLink;
}
