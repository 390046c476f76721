/**
 * Samples of the pages of a launch without cookies, and of those that are shown to teachers and administrators of a campus.
 */
import { dataPrivacyPage } from './data-privacy.ts';
import { type DeepLinkProps, deepLinkPage, deepLinkSentPage } from './deep-link.ts';
import { parseHref, path } from './href.ts';
import { launchWindowPage, ltiKeepPage, ltiWindowPage } from './lti.ts';
import { ltiRegisteredPage, ltiRegistrationPage } from './lti-registration.ts';
import { type Sample, sampleForm, type Write } from './sample.ts';

export function ltiSamples(write: Write): readonly Sample[] {
  const storage = { origin: 'https://campus.example', target: write('_parent'), key: 'state_a' };
  const href = parseHref('https://campus.example/auth?state=a') ?? path('/');
  const again = path('/lti/1.3/again?state=a');
  const fields = { state: write('a'), id_token: write('a.b.c') };
  const goOn = { action: path('/lti/continue'), fields: { id: write('b'), secret: write('secret') } };
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
    { name: 'launch-window', render: (frame) => launchWindowPage(frame, goOn) },
    { name: 'lti-window-stored', render: (frame) => ltiWindowPage(frame, { href: again, proof }) },
    ...deepLinkSamples(write),
    {
      name: 'lti-deep-link-sent',
      render: (frame) => deepLinkSentPage(frame, { href, jwt: write('a.b.c') }),
    },
    {
      name: 'data-privacy',
      render: (frame) => dataPrivacyPage(frame, { campus: write('Campus Virtual'), forUser: write('a1b2-c3d4') }),
    },
    {
      name: 'data-privacy-of-nobody',
      render: (frame) => dataPrivacyPage(frame, { campus: write('Campus Virtual'), forUser: null }),
    },
  ];
}

function deepLinkSamples(write: Write): readonly Sample[] {
  const titles = [
    'Álgebra I',
    'Geometría analítica',
    'Proyecto final: estadística de tu comunidad',
    'Cálculo',
    'Química',
  ];
  const content = titles.map((title, index) => ({
    title: write(title),
    url: write(`https://cursos.example/courses/${index}`),
    scoreMaximum: index === 2 ? 1000 : null,
  }));
  const chosen = content.slice(0, 1);
  const usual: DeepLinkProps = {
    ...{ form: sampleForm(write), campus: write('Campus Virtual'), app: write('Cursos abiertos'), several: false },
    ...{ query: '', offered: 5, found: { content, mayBeMore: false }, chosen: [], choseNothing: false },
  };
  const searched = { several: true, offered: 300, query: write('mate'), found: { content, mayBeMore: true }, chosen };
  const all: { readonly [name: string]: Partial<DeepLinkProps> } = {
    'deep-link': {},
    'deep-link-several': searched,
    'deep-link-chose-nothing': { choseNothing: true },
    'deep-link-nothing-found': { ...searched, found: { content: [], mayBeMore: false }, chosen: [] },
    'deep-link-empty': { offered: 0, found: { content: [], mayBeMore: false } },
  };
  return Object.entries(all).map(([name, props]) => ({
    name,
    render: (frame) => deepLinkPage(frame, { ...usual, ...props }),
  }));
}
