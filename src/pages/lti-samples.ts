/**
 * Samples of the pages of a launch without cookies.
 */
import { parseHref, path } from './href.ts';
import { launchWindowPage, ltiKeepPage, ltiWindowPage } from './lti.ts';
import type { Sample, Write } from './sample.ts';

export function ltiSamples(write: Write): readonly Sample[] {
  const storage = { origin: 'https://campus.example', target: write('_parent'), key: 'state_a' };
  const href = parseHref('https://campus.example/auth?state=a') ?? path('/');
  const again = path('/lti/1.3/again?state=a');
  const fields = { state: write('a'), id_token: write('a.b.c') };
  const goOn = { action: path('/lti/continue'), fields: { id: write('b'), secret: write('secret') } };
  const proof = { storage, action: path('/lti/1.3/stored'), fields };
  return [
    { name: 'lti-keep', render: (frame) => ltiKeepPage(frame, { storage, secret: write('secret'), href }) },
    { name: 'lti-window', render: (frame) => ltiWindowPage(frame, { href: again, proof: null }) },
    { name: 'launch-window', render: (frame) => launchWindowPage(frame, goOn) },
    { name: 'lti-window-stored', render: (frame) => ltiWindowPage(frame, { href: again, proof }) },
  ];
}
