/**
 * What an app opens in a frame of its own to sign people out here; nobody sees it.
 *
 * Its script signs out with the token, and runs only where `frame-ancestors` lets the app show this. So the request for it
 * changes nothing, and a site that may not show it has no say.
 */
import { textsFor } from '../i18n/texts.ts';
import { html } from './html.ts';
import type { Frame } from './layout.ts';

export function framedSignOut({ locale, assets }: Frame, token: string): string {
  return html`<!doctype html>
<html lang="${locale}" dir="ltr">
<head>
<meta charset="utf-8">
<title>${textsFor(locale).signOut.title}</title>
<script src="${assets.scriptPaths['signing-out']}" data-token="${token}"></script>
</head>
<body></body>
</html>
`.toString();
}
