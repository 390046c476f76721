/**
 * From a form that somebody asks with to its page.
 */
import { textsFor } from '../i18n/texts.ts';
import type { Form, Locale, SignIn } from '../model.ts';
import { emailAddressPage, emailCodePage } from '../pages/email.ts';
import { existingAccountPage } from '../pages/existing-account.ts';
import type { PostForm } from '../pages/form.ts';
import { guestPage } from '../pages/guest.ts';
import { guestWorkPage, guestWorkStaysPage } from '../pages/guest-work.ts';
import { type Path, path } from '../pages/href.ts';
import { keepAccountPage } from '../pages/keep-account.ts';
import { continueAsPage, launchLinkPage, launchSignInPage, switchAccountPage } from '../pages/launch.ts';
import type { Frame } from '../pages/layout.ts';
import { newPasswordPage, passwordPage } from '../pages/password.ts';
import { questionPage } from '../pages/question.ts';
import { registrationPage } from '../pages/registration.ts';
import type { FormOwner } from './asked.ts';
import { isOfOneProvider } from './purpose.ts';

export interface FormPageProps {
  readonly signIn: SignIn;
  readonly of: FormOwner;
  readonly form: Form;
  /** The configured name of the provider that the person came from; null before they did. */
  readonly providerName: string | null;
  /** What the form must carry to be taken. */
  readonly token: string;
  /** Where another attempt begins, with the list of ways to sign in. */
  readonly startAgainHref: Path;
}

/** Whether the page runs our own script: only the one that waits for another tab. */
export const runsOwnScript = (form: Form): boolean => form.kind === 'email-code';

export function formPage(frame: Frame, props: FormPageProps): string {
  const { signIn, of, form, providerName, token, startAgainHref } = props;
  const post: PostForm = { action: actionOf(of), fields: fieldsOf(signIn, of, form, token) };
  const otherWaysHref = otherWaysFrom(props);
  const name = providerName ?? textsFor(frame.locale).refusal.unnamedProvider;
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
    case 'registration':
      return registrationPage(frame, { asked: form, form: post, otherWaysHref: startAgainHref });
    case 'existing-account':
      return existingAccountPage(frame, {
        asked: form,
        providerName: name,
        form: post,
        proveAction: path('/sign-in/prove'),
      });
    case 'guest-work':
      return guestWorkPage(frame, { asked: form, form: post });
    case 'guest-work-stays':
      return guestWorkStaysPage(frame, { asked: form, form: post });
    case 'keep-account':
      return keepAccountPage(frame, { asked: form, form: post });
    case 'launch-sign-in':
      return launchSignInPage(frame, { asked: form, form: post, campus: name, proveAction: path('/sign-in/prove') });
    case 'launch-link':
      return launchLinkPage(frame, { asked: form, form: post, campus: name });
    case 'continue-as':
      return continueAsPage(frame, { asked: form, form: post, campus: name });
    case 'switch-account':
      return switchAccountPage(frame, { asked: form, form: post, campus: name });
  }
}

/** A step of the pipeline is on the way to somewhere: another way to sign in is another attempt. A test is of one provider. */
function otherWaysFrom({ signIn, of, startAgainHref }: FormPageProps): Path | null {
  // A change of an account is on the way to somewhere: there is no other way to go from it.
  if (isOfOneProvider(signIn.purpose)) return null;
  return of.kind === 'provider' ? path(`/sign-in?id=${signIn.id}`) : startAgainHref;
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
