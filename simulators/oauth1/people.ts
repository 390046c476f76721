/**
 * The practice people, the same at every product. All of them are invented.
 *
 * Addresses end in `example.com`. Never the data of a person.
 */

import type { Person } from './person.ts';

/** In the order in which the page lists them. */
export const oauth1PracticePeople: readonly Person[] = [
  {
    slug: 'con-correo',
    name: 'Xóchitl Nava Ruiz',
    special: { es: 'Con correo confirmado.', en: 'With a confirmed e-mail address.' },
    answer: 'consents',
    id: '1500000000000000001',
    screenName: 'xnava',
    email: 'xochitl.nava@example.com',
  },
  {
    slug: 'vecina',
    name: 'Yolanda Canché',
    special: {
      es: 'Su número solo se distingue del anterior más allá de lo que un número de JavaScript guarda. Sin correo.',
      en: 'Her number differs from the one before beyond what a number in JavaScript holds. No e-mail address.',
    },
    answer: 'consents',
    id: '1500000000000000002',
    screenName: 'ycanche',
    email: null,
  },
  {
    slug: 'con-signos',
    name: "Zoë O'Neil (profa.) 100% +1",
    special: { es: 'Nombre con signos.', en: 'A name with signs.' },
    answer: 'consents',
    id: '73',
    screenName: 'zoe',
    email: 'zoe+cursos@example.com',
  },
  {
    slug: 'rechaza',
    name: 'Nadie (rechaza el permiso)',
    special: { es: 'Dice que no.', en: 'Says no.' },
    answer: 'refuses',
  },
];
