/**
 * The pages on which somebody joins their accounts, with sample props. The people are invented.
 */
import { type MergePreviewProps, mergedPage, mergeIntroPage, mergePreviewPage } from './account-merge.ts';
import { path } from './href.ts';
import type { Frame } from './layout.ts';
import { type Sample, sampleForm, type Write } from './sample.ts';

export function mergeSamples(write: Write): readonly Sample[] {
  const form = sampleForm(write);
  const survivor = {
    isMine: true,
    name: write('María José Núñez Peña'),
    username: write('maria-nunez'),
    createdAt: Date.UTC(2024, 1, 12, 15, 4),
    providerNames: [write('Llave MX'), write('Contraseña')],
    addresses: [write('maria.nunez@campus.example')],
  };
  const retired = {
    isMine: false,
    name: write('Ma. José Núñez'),
    username: write('user-7k2m9qxd4r1h'),
    createdAt: Date.UTC(2026, 7, 3, 15, 4),
    providerNames: [write('Universidad del Sureste'), write('Contraseña')],
    addresses: [write('mj.nunez.pena@correo.example'), write('mari@viejo.example')],
  };
  const whole: MergePreviewProps = {
    ...{ survivor, retired, form, hasChanged: false },
    exchangeHref: path('/account/merge?proof=c2lnbi1pbg&keep=other'),
    questions: [
      {
        ...{ field: 'name', chosen: 'survivor' },
        values: { survivor: write('María José Núñez Peña'), retired: write('Ma. José Núñez') },
      },
      { field: 'locale', chosen: 'survivor', values: { survivor: 'es-MX', retired: 'en' } },
      { field: 'country', chosen: 'retired', values: { survivor: 'US', retired: 'MX' } },
      {
        ...{ field: 'username', chosen: 'survivor' },
        values: { survivor: write('maria-nunez'), retired: write('user-7k2m9qxd4r1h') },
      },
      {
        ...{ field: 'primaryEmail', chosen: 'survivor' },
        values: { survivor: write('maria.nunez@campus.example'), retired: write('mj.nunez.pena@correo.example') },
      },
      { field: 'details.level_of_education', chosen: 'survivor', values: { survivor: 'b', retired: 'hs' } },
      {
        field: 'details.city',
        chosen: 'survivor',
        values: { survivor: write('Mérida'), retired: write('Valladolid') },
      },
    ],
    endingProviders: [write('Contraseña')],
    endingAddresses: [write('mari@viejo.example')],
    appsAsBefore: [write('Biblioteca digital')],
    appsTold: [write('Campus LMS'), write('Foro')],
  };
  const bare: MergePreviewProps = {
    ...whole,
    survivor: { ...survivor, name: null, addresses: [] },
    ...{ questions: [], endingProviders: [], endingAddresses: [], appsAsBefore: [], appsTold: [] },
  };
  const preview = (props: MergePreviewProps) => (frame: Frame) => mergePreviewPage(frame, props);
  return [
    { name: 'account-merge', render: (frame) => mergeIntroPage(frame, { proofIsGone: false, form }) },
    { name: 'account-merge-again', render: (frame) => mergeIntroPage(frame, { proofIsGone: true, form }) },
    { name: 'account-merge-preview', render: preview(whole) },
    { name: 'account-merge-preview-changed', render: preview({ ...whole, hasChanged: true }) },
    { name: 'account-merge-preview-bare', render: preview(bare) },
    {
      name: 'account-merge-done',
      render: (frame) => mergedPage(frame, { mergeId: write('4f1b2c9a7de0863512ab90cd34ef5678') }),
    },
  ];
}
