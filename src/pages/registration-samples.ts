/**
 * The registration page with sample props. The people are invented.
 */
import type { AskedField, AskedTerms, Form } from '../model.ts';
import { path } from './href.ts';
import type { Frame } from './layout.ts';
import { registrationPage } from './registration.ts';
import { type Sample, sampleForm, type Write } from './sample.ts';

export function registrationSamples(write: Write): readonly Sample[] {
  const page = (parts: Pick<Extract<Form, { kind: 'registration' }>, 'isNew' | 'fields' | 'terms'>) => (frame: Frame) =>
    registrationPage(frame, {
      asked: { kind: 'registration', ...parts },
      form: sampleForm(write),
      otherWaysHref: path('/sign-in'),
    });
  const asked = (name: AskedField['name'], value: string, rule: AskedField['rule'] = 'required'): AskedField => ({
    ...{ name, value, rule },
    fault: null,
  });
  const fields = [
    asked('given_name', write('María José'), 'fixed'),
    asked('family_name', write('Núñez Peña'), 'fixed'),
    asked('username', 'user-7k3q9xw2m4rt'),
    asked('email', write('maria.nunez@campus.example')),
    asked('country', 'MX', 'fixed'),
    asked('state', '', 'optional'),
    asked('city', write('Mérida'), 'optional'),
    asked('mailing_address', '', 'optional'),
    asked('language', 'es'),
    asked('year_of_birth', ''),
    asked('gender', '', 'optional'),
    asked('level_of_education', '', 'optional'),
    asked('goals', '', 'optional'),
  ];
  const terms: AskedTerms = {
    ...{ version: '2026-08', address: 'https://campus.example/terminos', agreed: false, fault: null },
    title: { 'es-MX': write('Términos y condiciones'), en: write('Terms and conditions') },
  };
  const faulty: readonly AskedField[] = [
    { ...asked('given_name', ''), fault: { code: 'missing' } },
    { ...asked('family_name', write('https://núñez')), fault: { code: 'malformed' } },
    {
      ...asked('username', write('maria')),
      fault: { code: 'taken', suggestions: ['maria-312', 'maria-177'].map(write) },
    },
    { ...asked('country', ''), fault: { code: 'missing' } },
    { ...asked('goals', write('Aprender'), 'optional'), fault: { code: 'too_long', limit: 1000 } },
  ];
  return [
    { name: 'registration', render: page({ isNew: true, fields, terms }) },
    {
      name: 'registration-faults',
      render: page({ isNew: true, fields: faulty, terms: { ...terms, fault: 'missing' } }),
    },
    { name: 'registration-known', render: page({ isNew: false, fields: [asked('country', '')], terms: null }) },
    {
      name: 'registration-terms',
      render: page({ isNew: false, fields: [], terms: { ...terms, title: null, agreed: true } }),
    },
  ];
}
