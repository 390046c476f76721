/**
 * The practice people of each product. All of them are invented; each is one way in which real answers differ.
 *
 * Addresses end in `example.com`. Never the data of a person.
 */

import type { FlavourName } from './flavours.ts';
import type { ConsentingPerson, Person, RefusingPerson } from './person.ts';

const refusing: RefusingPerson = {
  slug: 'rechaza',
  name: 'Nadie (rechaza el permiso)',
  special: { es: 'Dice que no.', en: 'Says no.' },
  answer: 'refuses',
};

const consenting = (person: Omit<ConsentingPerson, 'answer' | 'errors'>): ConsentingPerson => ({
  ...person,
  answer: 'consents',
  errors: 'http-status',
});

const ofWordPress: readonly Person[] = [
  consenting({
    slug: 'autora',
    name: 'María de la Cruz Olvera',
    special: { es: 'Nombre de cuatro palabras; autora del sitio.', en: 'A name of four words; an author of the site.' },
    userData: {
      ID: '1204',
      user_login: 'mcruz',
      user_nicename: 'mcruz',
      user_email: 'maria.cruz@example.com',
      display_name: 'María de la Cruz Olvera',
      user_registered: '2019-02-05 23:59:58',
      user_status: '0',
      user_roles: ['author'],
    },
  }),
  {
    ...consenting({
      slug: 'administradora',
      name: 'Ixchel Pech',
      special: {
        es: 'Administra el sitio; sus roles llegan como objeto y los errores dentro de un 200.',
        en: 'Runs the site; her roles come as an object and errors inside a 200.',
      },
      userData: {
        ID: '1',
        user_login: 'admin',
        user_nicename: 'admin',
        user_email: 'ixchel.pech@example.com',
        display_name: 'Ixchel Pech',
        user_registered: '0000-00-00 00:00:00',
        user_status: '0',
        user_roles: { '0': 'administrator', '2': 'editor' },
        capabilities: { administrator: true, editor: true, manage_options: true },
      },
    }),
    errors: 'inside-200',
  },
  refusing,
];

const ofFacebook: readonly Person[] = [
  consenting({
    slug: 'con-correo',
    name: 'Teresa Luna Vega',
    special: { es: 'Tiene correo, sin confirmar para nosotros.', en: 'Has an e-mail address, unconfirmed for us.' },
    userData: {
      id: '10220000000000001',
      name: 'Teresa Luna Vega',
      first_name: 'Teresa',
      last_name: 'Luna Vega',
      email: 'teresa.luna@example.com',
      verified: true,
    },
  }),
  consenting({
    slug: 'sin-correo',
    name: 'Julián (sin correo)',
    special: {
      es: 'Se registró con su teléfono: no hay correo.',
      en: 'Signed up by telephone: there is no e-mail address.',
    },
    userData: { id: '10220000000000002', name: 'Julián Tun', first_name: 'Julián', last_name: 'Tun' },
  }),
  refusing,
];

const ofX: readonly Person[] = [
  consenting({
    slug: 'con-correo',
    name: 'Paloma ✨',
    special: { es: 'Correo confirmado; número de 19 cifras.', en: 'Confirmed e-mail address; an id of 19 digits.' },
    userData: {
      id: '1879123456789012345',
      name: 'Paloma ✨',
      username: 'paloma',
      confirmed_email: 'paloma@example.com',
    },
  }),
  consenting({
    slug: 'sin-correo',
    name: 'Rafa',
    special: { es: 'No ha confirmado ningún correo.', en: 'Has confirmed no e-mail address.' },
    userData: { id: '1879123456789012346', name: 'Rafa', username: 'rafa' },
  }),
  refusing,
];

const ofPlain: readonly Person[] = [
  consenting({
    slug: 'correo-verificado',
    name: 'Ofelia Campos',
    special: { es: 'Correo verificado.', en: 'Verified e-mail address.' },
    userData: {
      id: 7,
      name: 'Ofelia Campos',
      given_name: 'Ofelia',
      family_name: 'Campos',
      email: 'ofelia.campos@example.com',
      email_verified: true,
      groups: ['docentes', 'root'],
    },
  }),
  consenting({
    slug: 'solo-numero',
    name: 'Solo un número',
    special: { es: 'No hay más que su número.', en: 'There is nothing but a number.' },
    userData: { id: 8 },
  }),
  refusing,
];

/** In the order in which the page lists them. */
export const oauth2PracticePeople: { readonly [flavour in FlavourName]: readonly Person[] } = {
  plain: ofPlain,
  wordpress: ofWordPress,
  'wordpress-old': ofWordPress,
  facebook: ofFacebook,
  x: ofX,
};
