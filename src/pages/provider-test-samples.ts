/**
 * The pages of a test of a provider with sample props. The people and services are invented.
 */
import type { TestStep, TraceEntry } from '../model.ts';
import { path } from './href.ts';
import type { Frame } from './layout.ts';
import { type CodeForm, type GoOn, providerTestPage, testReportPage } from './provider-test.ts';
import { type Sample, sampleForm, type Write } from './sample.ts';

export function providerTestSamples(write: Write): readonly Sample[] {
  const providerName = write('Llave MX');
  const asked = { kind: 'code', form: sampleForm(write), fault: null } as const;
  const next = (next: CodeForm | GoOn) => (frame: Frame) => providerTestPage(frame, { providerName, next });
  const departure: TestStep = {
    step: 'departure',
    verdict: 'good',
    address: write('https://llave.example/oauth.xhtml?client_id=202508101834311980&response_type=code&state=•••'),
  };
  const back = (...parameters: string[]): TestStep => ({
    step: 'return',
    verdict: 'good',
    parameters: parameters.map(write),
  });
  const claims = { idUsuario: 42, nombre: write('María José'), correoVerificado: true, accessToken: '•••' };
  const profile = { subject: '42', emails: [{ address: write('maria.nunez@campus.example'), verified: true }] };
  const arrived: readonly TestStep[] = [
    departure,
    back('code=•••', 'state=•••'),
    { step: 'claims', verdict: 'good', data: claims },
    { step: 'profile', verdict: 'good', data: profile },
  ];
  const trace: readonly TraceEntry[] = [
    { step: write('refuse-blocked'), decision: 'pass', reason: 'nobody-known' },
    { step: 'new-user', decision: 'create', reason: write('nobody-recognised') },
  ];
  const create: TestStep = { step: 'decision', verdict: 'good', would: 'create', known: false };
  const ask: TestStep = { step: 'decision', verdict: 'unsure', would: 'ask', known: true };
  const failure: TestStep = {
    step: 'failure',
    verdict: 'bad',
    at: 'claims',
    code: 'provider_rejected_client',
    detail: write('The token request was refused: invalid_client'),
    advice: write('Compare client_id, the environment, and the redirect address with the registration.'),
  };
  const report = (steps: readonly TestStep[]) => (frame: Frame) =>
    testReportPage(frame, { providerName, steps, trace });
  return [
    { name: 'provider-test', render: next(asked) },
    { name: 'provider-test-fault', render: next({ ...asked, fault: 'wrong_code' }) },
    { name: 'provider-test-again', render: next({ kind: 'go-on', href: path('/sign-in/llave-mx?id=a') }) },
    { name: 'test-report', render: report([...arrived, create]) },
    { name: 'test-report-asks', render: report([{ ...departure, address: null }, ...arrived.slice(3), ask]) },
    { name: 'test-report-failed', render: report([departure, back('code=•••', 'state=•••'), failure]) },
    {
      name: 'test-report-nothing-back',
      render: report([
        departure,
        { ...back(), verdict: 'bad' },
        { ...failure, at: 'return', code: 'callback_malformed', advice: null },
      ]),
    },
  ];
}
