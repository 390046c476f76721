/**
 * The practice people of the OpenID provider. All of them are invented; each is one way in which real accounts differ.
 *
 * Addresses end in `example.com` or in a domain under `.example`. Never the data of a person.
 */

import type { Person } from './person.ts';

/** In the order in which the page lists them. */
export const oidcPracticePeople: readonly Person[] = [
  {
    slug: 'correo-verificado',
    name: 'Ana Lucía Márquez Solís',
    special: { es: 'Correo verificado.', en: 'Verified e-mail address.' },
    answer: 'consents',
    claims: {
      sub: '110000000000000000001',
      name: 'Ana Lucía Márquez Solís',
      given_name: 'Ana Lucía',
      family_name: 'Márquez Solís',
      preferred_username: 'ana.marquez',
      locale: 'es-MX',
      email: 'ana.marquez@example.com',
      email_verified: true,
    },
  },
  {
    slug: 'correo-sin-verificar',
    name: 'Bruno Ek Canul',
    special: { es: 'No ha confirmado su correo.', en: 'Has not confirmed the e-mail address.' },
    answer: 'consents',
    claims: {
      sub: '110000000000000000002',
      name: 'Bruno Ek Canul',
      given_name: 'Bruno',
      family_name: 'Ek Canul',
      preferred_username: 'bruno.ek',
      locale: 'es',
      email: 'bruno.ek@example.com',
      email_verified: false,
    },
  },
  {
    slug: 'sin-correo',
    name: 'Carmen (sin correo)',
    special: { es: 'No comparte su correo ni sus apellidos.', en: 'Shares neither e-mail address nor surnames.' },
    answer: 'consents',
    claims: { sub: '110000000000000000003', name: 'Carmen', given_name: 'Carmen', preferred_username: 'carmen' },
  },
  {
    slug: 'universidad',
    name: 'Daniela Ortega Ríos',
    special: {
      es: 'Cuenta de una universidad: el dominio es de su organización.',
      en: "A university's account: the domain is of her organisation.",
    },
    answer: 'consents',
    claims: {
      sub: '110000000000000000004',
      name: 'Daniela Ortega Ríos',
      given_name: 'Daniela',
      family_name: 'Ortega Ríos',
      preferred_username: 'daniela.ortega',
      locale: 'en',
      email: 'daniela.ortega@universidad.example',
      email_verified: true,
      hd: 'universidad.example',
    },
  },
  {
    slug: 'rechaza',
    name: 'Nadie (rechaza el permiso)',
    special: { es: 'No da permiso: la aplicación recibe un error.', en: 'Says no: the application receives an error.' },
    answer: 'refuses',
  },
];
