/**
 * What is asked of somebody whom a campus sent here: to sign in to their account first, whether the account here is theirs, and
 * whether somebody else goes on in this browser (DESIGN §6.8).
 *
 * Each names both sides, so that nobody ties a stranger's name to their account unawares (lti.md §5.2, chain 3). Names are the
 * campus's word and may be anything.
 */
import { textsFor } from '../i18n/texts.ts';
import type { Form } from '../model.ts';
import { displayName } from './display.ts';
import { hiddenFields, type PostForm } from './form.ts';
import type { Path } from './href.ts';
import { type Html, html } from './html.ts';
import { type Frame, layout } from './layout.ts';

interface LaunchPageProps<Kind extends Form['kind']> {
  readonly asked: Extract<Form, { kind: Kind }>;
  readonly campus: string;
  readonly form: PostForm;
}

export interface ProvingProps {
  /** Where the form is sent to by whoever signs in to an account first. */
  readonly proveAction: Path;
}

export function launchSignInPage(frame: Frame, props: LaunchPageProps<'launch-sign-in'> & ProvingProps): string {
  const words = textsFor(frame.locale).launch;
  const { person, address, present } = props.asked;
  const facts = [
    [words.atCampus(displayName(props.campus)), person],
    [words.address, address],
    [words.signedInAs, present],
  ] as const;
  const content = html`<p class="intro">${words.signIn.intro(displayName(props.campus))}</p>
${factsList(facts)}
${present === null ? null : html`<p>${words.signIn.lacks}</p>`}
<form class="actions" method="post" action="${props.form.action}">
${hiddenFields(props.form)}
<button class="button primary" formaction="${props.proveAction}" data-testid="launch-sign-in">${words.signIn.action}</button>
</form>
<p class="quiet">${words.signIn.none}</p>`;
  return layout(frame, { title: words.signIn.title, content, width: 'narrow', onward: null });
}

export function launchLinkPage(frame: Frame, props: LaunchPageProps<'launch-link'>): string {
  const words = textsFor(frame.locale).launch;
  const { person, address, account, mayCreate } = props.asked;
  const campus = displayName(props.campus);
  const facts = [
    [words.atCampus(campus), person],
    [words.address, address],
    [words.account, account],
  ] as const;
  const content = html`<p class="intro">${words.link.intro(campus)}</p>
${factsList(facts)}
<p>${words.link.warning(campus)}</p>
<form class="actions" method="post" action="${props.form.action}">
${hiddenFields(props.form)}
<button class="button primary" name="answer" value="link" data-testid="launch-link">${words.link.yes}</button>
${mayCreate ? html`<button class="button" name="answer" value="new" data-testid="launch-new">${words.link.fresh}</button>` : null}
<button class="button" name="answer" value="no" data-testid="launch-refuse">${words.link.no}</button>
</form>`;
  return layout(frame, { title: words.link.title, content, width: 'narrow', onward: null });
}

export function switchAccountPage(frame: Frame, props: LaunchPageProps<'switch-account'>): string {
  const words = textsFor(frame.locale).launch;
  const { fromName, toName, to } = props.asked;
  const campus = displayName(props.campus);
  const facts = [
    [words.signedInAs, fromName],
    [words.atCampus(campus), toName ?? words.unnamed],
  ] as const;
  const content = html`<p class="intro">${words.switching.intro(campus)}</p>
${factsList(facts)}
${to === null ? html`<p>${words.switching.fresh}</p>` : null}
<form class="actions" method="post" action="${props.form.action}">
${hiddenFields(props.form)}
<button class="button primary" name="answer" value="stay" data-testid="switch-stay">${words.switching.stay(displayName(fromName))}</button>
<button class="button" name="answer" value="switch" data-testid="switch-go">${words.switching.go(toName === null ? null : displayName(toName))}</button>
</form>`;
  return layout(frame, { title: words.switching.title, content, width: 'narrow', onward: null });
}

export function continueAsPage(frame: Frame, props: LaunchPageProps<'continue-as'>): string {
  const words = textsFor(frame.locale).launch;
  const { name, to } = props.asked;
  const campus = displayName(props.campus);
  const content = html`<p class="intro">${words.continuing.intro(campus)}</p>
${factsList([[words.atCampus(campus), name ?? words.unnamed]])}
${to === null ? html`<p>${words.continuing.fresh}</p>` : null}
<form class="actions" method="post" action="${props.form.action}">
${hiddenFields(props.form)}
<button class="button primary" name="answer" value="go" data-testid="continue-as">${words.continuing.go(name === null ? null : displayName(name))}</button>
<button class="button" name="answer" value="no" data-testid="continue-no">${words.continuing.no}</button>
</form>`;
  return layout(frame, { title: words.continuing.title, content, width: 'narrow', onward: null });
}

function factsList(facts: readonly (readonly [label: string, value: string | null])[]): Html {
  const shown = facts.flatMap(([label, value]) => (value === null ? [] : [{ label, value }]));
  return html`<dl class="facts">${shown.map(({ label, value }) => html`<div><dt>${label}</dt><dd>${displayName(value)}</dd></div>`)}</dl>`;
}
