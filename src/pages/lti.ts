/**
 * The pages of a launch in a browser that keeps no cookie of ours inside the campus's page: leaving a secret with the LMS, getting
 * it back, and a window of our own (lti.md §3.14).
 *
 * Each works without a script, by its link. Asks nothing, so it may be shown in a frame of the LMS.
 */
import { textsFor } from '../i18n/texts.ts';
import { hiddenFields, type PostForm } from './form.ts';
import type { Href, Path } from './href.ts';
import { type Html, html } from './html.ts';
import { type Frame, type LtiStorage, layout } from './layout.ts';

export interface LtiKeepProps {
  readonly storage: LtiStorage;
  readonly secret: string;
  /** The LMS's own page that says who it is. */
  readonly href: Href;
}

export function ltiKeepPage(frame: Frame, { storage, secret, href }: LtiKeepProps): string {
  const texts = textsFor(frame.locale).wait;
  const content = html`<p class="intro">${texts.intro}</p>
<p>${texts.fallback}</p>
<div class="actions"><a class="button primary" href="${href}" data-testid="continue">${texts.continue}</a></div>`;
  return layout(frame, {
    title: texts.title,
    content,
    width: 'narrow',
    onward: { when: 'kept', storage, secret, href },
  });
}

export interface LtiWindowProps {
  /** Where the same launch begins again, in a window of its own. */
  readonly href: Path;
  /** What is sent once the LMS has given the secret back; null where it keeps none. */
  readonly proof: {
    readonly storage: LtiStorage;
    readonly action: Path;
    readonly fields: { readonly [name: string]: string };
  } | null;
}

export function ltiWindowPage(frame: Frame, { href, proof }: LtiWindowProps): string {
  const texts = textsFor(frame.locale).ltiWindow;
  const content = html`<p class="intro">${texts.intro}</p>
<div class="actions"><a class="button primary" href="${href}" target="_blank" rel="noopener" data-testid="open-window">${texts.open}</a></div>
${proof === null ? null : proofForm(proof)}`;
  const onward = proof === null ? null : ({ when: 'brought back', storage: proof.storage } as const);
  return layout(frame, { title: texts.title, content, width: 'narrow', onward });
}

/** For a launch that was shown in a frame and is checked: what follows, questions too, is in a window of its own. */
export function launchWindowPage(frame: Frame, form: PostForm): string {
  const texts = textsFor(frame.locale).ltiWindow;
  const content = html`<p class="intro">${texts.intro}</p>
<form class="actions" method="post" action="${form.action}" target="_blank" rel="noopener">
${hiddenFields(form)}
<button class="button primary" data-testid="open-window">${texts.open}</button>
</form>`;
  return layout(frame, { title: texts.title, content, width: 'narrow', onward: null });
}

function proofForm({ action, fields }: NonNullable<LtiWindowProps['proof']>): Html {
  const hidden = Object.entries({ ...fields, browser_secret: '' }).map(
    ([name, value]) => html`<input type="hidden" name="${name}" value="${value}">\n`,
  );
  return html`<form method="post" action="${action}" data-testid="lti-proof">${hidden}</form>`;
}
