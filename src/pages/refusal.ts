/**
 * The page on which a refused attempt ends: what happened, what can be done now, whom to ask, and the code.
 *
 * Nothing that an upstream or a person sent is shown, but the configured names of the provider and the client. Must never show
 * the `detail` of an error: that is for the log.
 */
import { type ErrorCode, refusals } from '../errors.ts';
import { type Texts, textsFor } from '../i18n/texts.ts';
import type { SupportContact } from './brand.ts';
import { displayName } from './display.ts';
import { type Href, type Path, path } from './href.ts';
import { type Html, html } from './html.ts';
import { type Frame, layout } from './layout.ts';

export interface RefusalProps {
  readonly code: ErrorCode;
  /** With this, support finds the attempt in the log. Says nothing about the person. */
  readonly reference: string;
  /** The provider's configured name; null when no provider was involved, or none is known. */
  readonly providerName: string | null;
  /** Where a new attempt begins; null when there is nothing to begin. */
  readonly startAgainHref: Path | null;
  /** What support finds the conflict by; null where there is none. */
  readonly caseNumber: string | null;
  /** The way back to the client that asked; null when there was none, or its address is not trusted. */
  readonly client: { readonly name: string; readonly href: Href } | null;
}

export function refusalPage(frame: Frame, props: RefusalProps): string {
  const texts = textsFor(frame.locale);
  const provider = props.providerName === null ? texts.refusal.unnamedProvider : displayName(props.providerName);
  const { title, happened, next } = texts.refusals[props.code](provider);
  const content = html`<p class="intro">${happened}</p>
<h2>${texts.refusal.nextHeading}</h2>
<p>${next}</p>
${actions(props, texts.refusal)}
<section class="help">
<h2>${texts.refusal.helpHeading}</h2>
${whomToAsk(frame.brand.support, props, texts.refusal)}
<dl class="facts">
${props.caseNumber === null ? null : html`<div><dt>${texts.refusal.caseNumber}</dt><dd><code data-testid="case-number">${props.caseNumber}</code></dd></div>`}
<div><dt>${texts.refusal.code}</dt><dd><code data-testid="error-code">${props.code}</code></dd></div>
<div><dt>${texts.refusal.reference}</dt><dd><code data-testid="error-reference">${props.reference}</code></dd></div>
</dl>
</section>`;
  return layout(frame, { title, content, width: 'narrow', onward: null });
}

/** Where trying again cannot help, the way back comes first: one primary action, and it is the one that leads somewhere. */
function actions({ code, startAgainHref, client }: RefusalProps, texts: Texts['refusal']): Html | null {
  // What a campus would not do in a frame of its page it may do in a window of ours; and back leads out of the frame (case 50).
  const isLaunch = code === 'lti_platform_refused';
  const startAgain =
    startAgainHref === null
      ? null
      : isLaunch
        ? { href: startAgainHref, text: texts.openWindow, id: 'open-window', target: '_blank' }
        : { href: startAgainHref, text: texts.startAgain, id: 'start-again', target: null };
  const back =
    client === null
      ? null
      : {
          ...{ href: client.href, text: texts.backToClient(displayName(client.name)), id: 'back-to-client' },
          target: isLaunch ? '_top' : null,
        };
  // What belongs to another account may be the person's all the same, in a second account of theirs.
  const merge =
    code !== 'identity_taken'
      ? null
      : { href: path('/account/merge'), text: texts.merge, id: 'merge-accounts', target: null };
  const ways = refusals[code].retry ? [startAgain, back] : [back, startAgain, merge];
  const inOrder = ways.filter((action) => action !== null);
  if (inOrder.length === 0) return null;
  const links = inOrder.map(
    ({ href, text, id, target }, index) =>
      html`<a class="button${index === 0 ? ' primary' : ''}" href="${href}"${target === null ? null : html` target="${target}" rel="noopener"`} data-testid="${id}">${text}</a>\n`,
  );
  return html`<div class="actions">${links}</div>`;
}

function whomToAsk(
  support: SupportContact,
  { code, reference, caseNumber }: RefusalProps,
  texts: Texts['refusal'],
): Html {
  switch (support.kind) {
    case 'nobody':
      return html`<p>${texts.askNobodyNamed}</p>`;
    case 'email': {
      // The mail comes with what support needs: few people copy a reference by hand.
      const mail = `mailto:${encodeURIComponent(support.address)}?subject=${encodeURIComponent([code, caseNumber, reference].filter((part) => part !== null).join(' '))}`;
      return html`<p>${texts.ask}</p><p><a class="standalone" href="${mail}" data-testid="ask-support">${support.address}</a></p>`;
    }
    case 'page':
      return html`<p>${texts.ask}</p><p><a class="standalone" href="${support.href}" data-testid="ask-support">${displayName(support.name)}</a></p>`;
  }
}
