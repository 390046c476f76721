/**
 * What is held of the person, to take with them: what is in the file, and the button.
 */
import { textsFor } from '../i18n/texts.ts';
import { backToAccount, buttonForm, effects } from './account-parts.ts';
import type { PostForm } from './form.ts';
import { path } from './href.ts';
import { html } from './html.ts';
import { type Frame, layout } from './layout.ts';

export interface DataProps {
  readonly download: PostForm;
}

export function dataPage(frame: Frame, { download }: DataProps): string {
  const words = textsFor(frame.locale).accountData;
  const content = html`<p class="intro">${words.intro}</p>
${effects(Object.values(words.parts))}
<p>${words.careful}</p>
${buttonForm(download, { label: words.submit, named: null, testId: 'download' }, 'primary')}
<p><a class="standalone" href="${path('/account/data/delete')}" data-testid="delete-account">${textsFor(frame.locale).deletion.link}</a></p>
${backToAccount(frame)}`;
  return layout(frame, { title: words.title, content, width: 'wide', onward: null });
}
