/**
 * With what an account can be signed in to: connecting and disconnecting.
 *
 * Disconnecting is asked about on a page of its own that says what will happen; where it would leave no way in, that page
 * says what to add first instead (V-02).
 */
import { textsFor } from '../i18n/texts.ts';
import {
  type AccountIdentity,
  addressElement,
  backToAccount,
  buttonForm,
  effects,
  identityWords,
} from './account-parts.ts';
import { displayName } from './display.ts';
import { type ConfirmForm, confirmForm, type PostForm } from './form.ts';
import { type Path, path } from './href.ts';
import { type Html, html } from './html.ts';
import { type Frame, layout } from './layout.ts';
import { providerMark } from './mark.ts';

export interface ListedIdentity extends AccountIdentity {
  /** Whether people can sign in with this provider now. */
  readonly works: boolean;
  /** Addresses that the provider said were the person's. */
  readonly brought: readonly string[];
  /**
   * How it is taken away: on a page of its own; on the page of the password; or together with the address that it is.
   */
  readonly removal:
    | { readonly kind: 'asked'; readonly href: Path; readonly testId: string }
    | { readonly kind: 'password' }
    | { readonly kind: 'with-address' };
}

export interface IdentitiesProps {
  readonly identities: readonly ListedIdentity[];
  readonly connect: PostForm;
}

export function identitiesPage(frame: Frame, { identities, connect }: IdentitiesProps): string {
  const texts = textsFor(frame.locale).accountIdentities;
  const content = html`<p class="intro">${texts.intro}</p>
<ul class="rows">${identities.map((identity) => row(identity, frame))}</ul>
${buttonForm(connect, { label: texts.connect, named: null, testId: 'connect' }, 'primary')}
${backToAccount(frame)}`;
  return layout(frame, { title: texts.title, content, width: 'wide', onward: null });
}

function row(identity: ListedIdentity, frame: Frame): Html {
  const texts = textsFor(frame.locale).accountIdentities;
  const name = displayName(identity.providerName);
  const brought =
    identity.brought.length === 0
      ? null
      : html`<span class="hint">${texts.brought} ${identity.brought.map((address) => html`${addressElement(address)} `)}</span>`;
  return html`<li>${providerMark(name, identity.icon)}${identityWords(identity, frame)}
<div class="more">${identity.works ? null : html`<span class="tag">${texts.off}</span>`}${brought}${removal(identity, frame)}</div></li>\n`;
}

function removal({ removal: how, providerName }: ListedIdentity, { locale }: Frame): Html {
  const texts = textsFor(locale).accountIdentities;
  switch (how.kind) {
    case 'asked':
      return html`<a class="standalone" href="${how.href}" aria-label="${texts.disconnectNamed(displayName(providerName))}" data-testid="${how.testId}">${texts.disconnect}</a>`;
    case 'password':
      return html`<a class="standalone" href="${path('/account/password')}" data-testid="change-password">${texts.changePassword}</a>`;
    case 'with-address':
      return html`<span class="hint">${texts.withAddress}</span>`;
  }
}

export interface DisconnectProps {
  readonly providerName: string;
  readonly form: ConfirmForm;
}

export function disconnectPage(frame: Frame, { providerName, form }: DisconnectProps): string {
  const { confirm } = textsFor(frame.locale).accountIdentities;
  const content = html`${effects(confirm.effects)}
${confirmForm(form, confirm)}`;
  const title = confirm.title(displayName(providerName));
  return layout(frame, { title, content, width: 'narrow', onward: null });
}

export interface CannotDisconnectProps {
  readonly providerName: string;
  readonly why: 'last-way-in' | 'refused-by-rule';
  readonly connect: PostForm;
  /** Whether an address could be confirmed instead. */
  readonly mayAddEmail: boolean;
}

export function cannotDisconnectPage(frame: Frame, props: CannotDisconnectProps): string {
  const texts = textsFor(frame.locale).accountIdentities;
  const name = displayName(props.providerName);
  if (props.why === 'refused-by-rule') {
    const content = html`<p class="intro">${texts.refused.intro}</p>\n${backToAccount(frame)}`;
    return layout(frame, { title: texts.refused.title(name), content, width: 'narrow', onward: null });
  }
  const addEmail = html`<p class="aside"><a class="standalone" href="${path('/account/emails')}" data-testid="add-email">${texts.last.addEmail}</a></p>`;
  const content = html`<p class="intro">${texts.last.intro(name)}</p>
<p>${texts.last.next}</p>
${buttonForm(props.connect, { label: texts.connect, named: null, testId: 'connect' }, 'primary')}
${props.mayAddEmail ? addEmail : null}
${backToAccount(frame)}`;
  return layout(frame, { title: texts.last.title, content, width: 'narrow', onward: null });
}
