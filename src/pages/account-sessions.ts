/**
 * The open sessions of an account, in words by which its person tells their own from a stranger's: the browser, the network
 * only as "this one" or "another". Never an address, and no id of a session (H-07).
 */
import { nameOfDevice } from '../i18n/device.ts';
import { textsFor } from '../i18n/texts.ts';
import type { Device, Milliseconds } from '../model.ts';
import { backToAccount, buttonForm, rowForm } from './account-parts.ts';
import { displayName } from './display.ts';
import type { PostForm } from './form.ts';
import { type Html, html } from './html.ts';
import { type Frame, layout } from './layout.ts';
import { momentElement } from './moment.ts';

export interface OpenSession {
  readonly device: Device;
  readonly providerName: string;
  readonly begunAt: Milliseconds;
  readonly lastUsedAt: Milliseconds;
  /** Whether it began in the network of this request; null where one of the two is not known. */
  readonly sameNetwork: boolean | null;
  /** Null for the session in which the page is shown: signing out ends that. */
  readonly end: PostForm | null;
}

export interface SessionsProps {
  readonly sessions: readonly OpenSession[];
  /** Null where there are no others. */
  readonly endOthers: PostForm | null;
}

export function sessionsPage(frame: Frame, { sessions, endOthers }: SessionsProps): string {
  const words = textsFor(frame.locale).accountSessions;
  const others =
    endOthers === null
      ? html`<p class="quiet">${words.noOthers}</p>`
      : buttonForm(endOthers, { label: words.endOthers, named: null, testId: 'end-others' }, 'other');
  const content = html`<p class="intro">${words.intro}</p>
<ul class="rows">${sessions.map((session, index) => row(session, index + 1, frame))}</ul>
${others}
${backToAccount(frame)}`;
  return layout(frame, { title: words.title, content, width: 'wide', onward: null });
}

function row(
  { device, providerName, begunAt, lastUsedAt, sameNetwork, end }: OpenSession,
  number: number,
  frame: Frame,
): Html {
  const words = textsFor(frame.locale).accountSessions;
  const name = nameOfDevice(device, frame.locale) ?? words.unknownDevice;
  const network = sameNetwork === null ? null : sameNetwork ? words.sameNetwork : words.otherNetwork;
  const action =
    end === null
      ? html`<span class="tag good" data-testid="this-session">${words.current}</span>`
      : rowForm(end, { label: words.end, named: words.endNamed(name), testId: `end-session-${number}` });
  return html`<li><span class="words"><span class="name">${name}</span>
<span class="hint">${words.provider(displayName(providerName))}</span>
<span class="hint">${words.begun} ${momentElement(frame, begunAt)}</span>
<span class="hint">${words.lastUsed} ${momentElement(frame, lastUsedAt)}</span>
${network === null ? null : html`<span class="hint">${network}</span>`}</span>
${action}</li>\n`;
}
