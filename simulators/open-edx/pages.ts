/**
 * The pages around the LMS as OAuth 2 provider, and those for what went wrong.
 */

import { html } from 'hono/html';
import type { Incoming } from './incoming.ts';
import { page, plainPage } from './layout.ts';
import type { Application } from './records.ts';

export function consentPage(request: Incoming, application: Application, scopes: readonly string[]): Response {
  return page(request, {
    ...plainPage,
    isSignedIn: true,
    title: (t) => t.consentTitle,
    content: (t) => html`<p><strong>${application.name}</strong> ${t.consentLead} ${scopes.join(', ')}.</p>
<form method="post" action="?${request.query}"><button class="button" name="allow" value="Authorize" data-testid="allow">${t.allow}</button><button class="button quiet" name="allow" value="" data-testid="deny">${t.deny}</button></form>`,
  });
}

/** For a request that no address can be told about. */
export function refusedPage(request: Incoming, complaint: string): Response {
  return page(request, {
    ...plainPage,
    status: 400,
    title: (t) => t.refusedTitle,
    content: (t) =>
      html`<p>${t.refusedLead}</p><p lang="en" data-testid="complaint">${t.forDevelopers} ${complaint}.</p>`,
  });
}

/** What Django shows of an exception while it debugs: the sentence that operators search for. */
export function errorPage(request: Incoming, exception: string): Response {
  return page(request, {
    ...plainPage,
    status: 500,
    title: (t) => t.errorTitle,
    content: (t) => html`<p>${t.errorLead}</p><p lang="en" data-testid="exception">${exception}</p>`,
  });
}

export function missingPage(request: Incoming, sentence: string): Response {
  return page(request, {
    ...plainPage,
    status: 404,
    title: (t) => t.missingTitle,
    content: () => html`<p lang="en">${sentence}</p>`,
  });
}
