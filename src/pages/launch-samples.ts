/**
 * Samples of what is asked of somebody whom a campus sent.
 */
import type { PostForm } from './form.ts';
import { path } from './href.ts';
import { continueAsPage, launchLinkPage, launchSignInPage, switchAccountPage } from './launch.ts';
import type { Sample, Write } from './sample.ts';

export function launchSamples(form: PostForm, write: Write): readonly Sample[] {
  const campus = write('Campus Virtual');
  const [person, address, account] = [write('Ana Robles'), write('ana@campus.example'), write('María Núñez')];
  const signIn = (present: string | null): Sample['render'] => {
    const asked = { kind: 'launch-sign-in', person, address, present } as const;
    return (frame) => launchSignInPage(frame, { asked, campus, form, proveAction: path('/sign-in/prove') });
  };
  const link = (mayCreate: boolean): Sample['render'] => {
    const asked = { kind: 'launch-link', userId: 'u', account, person, address, mayCreate } as const;
    return (frame) => launchLinkPage(frame, { asked, campus, form });
  };
  const switching = (to: string | null): Sample['render'] => {
    const names = { fromName: account, toName: to === null ? null : person };
    const asked = { kind: 'switch-account', from: 'u', to, ...names } as const;
    return (frame) => switchAccountPage(frame, { asked, campus, form });
  };
  const continuing = (to: string | null): Sample['render'] => {
    const asked = { kind: 'continue-as', to, name: person } as const;
    return (frame) => continueAsPage(frame, { asked, campus, form });
  };
  return [
    { name: 'launch-sign-in', render: signIn(null) },
    { name: 'launch-sign-in-as-another', render: signIn(account) },
    { name: 'launch-link', render: link(false) },
    { name: 'launch-link-or-new', render: link(true) },
    { name: 'continue-as', render: continuing('v') },
    { name: 'continue-as-new', render: continuing(null) },
    { name: 'switch-account', render: switching('v') },
    { name: 'switch-account-to-new', render: switching(null) },
  ];
}
