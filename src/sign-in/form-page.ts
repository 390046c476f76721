/**
 * From a form that somebody asks with to its page.
 */
import type { Form, Locale, SignIn } from '../model.ts';
import { emailAddressPage, emailCodePage } from '../pages/email.ts';
import type { PostForm } from '../pages/form.ts';
import { guestPage } from '../pages/guest.ts';
import { type Path, path } from '../pages/href.ts';
import type { Frame } from '../pages/layout.ts';
import { newHerePage } from '../pages/new-here.ts';
import { newPasswordPage, passwordPage } from '../pages/password.ts';
import { questionPage } from '../pages/question.ts';
import { registrationPage } from '../pages/registration.ts';
import type { FormOwner } from './asked.ts';

export interface FormPageProps {
  readonly signIn: SignIn;
  readonly of: FormOwner;
  readonly form: Form;
  /** What the form must carry to be taken. */
  readonly token: string;
  /** Where another attempt begins, with the list of ways to sign in. */
  readonly startAgainHref: Path;
}

/** Whether the page runs our own script: only the one that waits for another tab. */
export const runsOwnScript = (form: Form): boolean => form.kind === 'email-code';

export function formPage(frame: Frame, { signIn, of, form, token, startAgainHref }: FormPageProps): string {
  const post: PostForm = { action: actionOf(of), fields: fieldsOf(signIn, of, form, token) };
  // A step of the pipeline is on the way to somewhere: another way to sign in is another attempt.
  const otherWaysHref = of.kind === 'provider' ? path(`/sign-in?id=${signIn.id}`) : startAgainHref;
  switch (form.kind) {
    case 'confirm':
      return questionPage(frame, {
        title: inLanguage(form.title, frame.locale),
        text: inLanguage(form.text, frame.locale),
        form: { ...post, yesField: 'answer' },
      });
    case 'email-address':
      return emailAddressPage(frame, { asked: form, form: post, otherWaysHref });
    case 'email-code': {
      const waiting = {
        progressHref: path(`/sign-in/progress?id=${signIn.id}&seen=${signIn.version}`),
        href: path(`/sign-in/step?id=${signIn.id}`),
      };
      return emailCodePage(frame, { asked: form, form: post, otherWaysHref, waiting });
    }
    case 'password':
      return passwordPage(frame, { asked: form, form: post, otherWaysHref });
    case 'new-password':
      return newPasswordPage(frame, { asked: form, form: post });
    case 'guest': {
      const siteName = signIn.purpose.kind === 'authorize' ? signIn.purpose.clientName : null;
      return guestPage(frame, { siteName, form: post, otherWaysHref });
    }
    case 'new-here':
      return newHerePage(frame, { asked: form, form: post });
    case 'registration':
      return registrationPage(frame, { asked: form, form: post, otherWaysHref: startAgainHref });
  }
}

/** Where a form is sent to: the address of whoever reads it. */
function actionOf(of: FormOwner) {
  return path(of.kind === 'provider' ? `/sign-in/${of.slug}` : '/sign-in/step');
}

function fieldsOf(signIn: SignIn, of: FormOwner, { kind }: Form, token: string): PostForm['fields'] {
  return { id: signIn.id, token, form: kind, ...(of.kind === 'step' ? { step: of.name } : {}) };
}

function inLanguage(words: { readonly [locale in Locale]: string }, locale: Locale): string {
  return words[locale];
}
