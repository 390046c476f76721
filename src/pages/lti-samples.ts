/**
 * Samples of the pages of a launch without cookies.
 */
import { parseHref, path } from './href.ts';
import { ltiKeepPage, ltiWindowPage } from './lti.ts';
import { ltiRegisteredPage, ltiRegistrationPage } from './lti-registration.ts';
import { type Sample, sampleForm, type Write } from './sample.ts';

export function ltiSamples(write: Write): readonly Sample[] {
  const storage = { origin: 'https://campus.example', target: write('_parent'), key: 'state_a' };
  const href = parseHref('https://campus.example/auth?state=a') ?? path('/');
  const again = path('/lti/1.3/again?state=a');
  const fields = { state: write('a'), id_token: write('a.b.c') };
  const proof = { storage, action: path('/lti/1.3/stored'), fields };
  const campus = { host: write('aula.uni.mx'), family: write('moodle') };
  const registering = { campus, site: 'entrar.uni.mx', app: write('Cursos en línea'), form: sampleForm(write) };
  return [
    {
      name: 'lti-registration',
      render: (frame) => ltiRegistrationPage(frame, { ...registering, claims: ['name', 'given_name', 'email'] }),
    },
    {
      name: 'lti-registration-without-data',
      render: (frame) => ltiRegistrationPage(frame, { ...registering, claims: [] }),
    },
    { name: 'lti-registered', render: (frame) => ltiRegisteredPage(frame, { campus, sites: ['https://aula.uni.mx'] }) },
    { name: 'lti-keep', render: (frame) => ltiKeepPage(frame, { storage, secret: write('secret'), href }) },
    { name: 'lti-window', render: (frame) => ltiWindowPage(frame, { href: again, proof: null }) },
    { name: 'lti-window-stored', render: (frame) => ltiWindowPage(frame, { href: again, proof }) },
  ];
}
