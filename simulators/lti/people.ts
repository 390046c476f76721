/**
 * The practice people of a campus. All of them are invented.
 *
 * Addresses end in `example.com`. Never the data of a person.
 */

import type { Person } from './person.ts';

const member = { sharing: 'everything', isTestUser: false, isAdministrator: false } as const;

/** In the order in which the page lists them. */
export const ltiPracticePeople: readonly Person[] = [
  {
    ...member,
    slug: 'alumna',
    name: 'Citlali Robles Peña',
    special: {
      es: 'Alumna. El campus pasa su nombre y su correo.',
      en: 'Learner. The campus passes on name and e-mail.',
    },
    number: 2,
    given: 'Citlali',
    family: 'Robles Peña',
    email: 'citlali.robles@example.com',
    username: 'crobles',
    sourcedId: 'A01234567',
  },
  {
    ...member,
    slug: 'alumno',
    name: 'Efraín Chan Uc',
    special: { es: 'Alumno. Hace tareas y recibe calificaciones.', en: 'Learner. Does assignments and gets grades.' },
    number: 3,
    given: 'Efraín',
    family: 'Chan Uc',
    email: 'efrain.chan@example.com',
    username: 'echan',
    sourcedId: 'A01234568',
  },
  {
    ...member,
    slug: 'profesora',
    name: "Zoë O'Neil (profa.) 100% +1",
    special: { es: 'Profesora, con signos en el nombre.', en: 'Instructor, with signs in the name.' },
    number: 4,
    given: 'Zoë',
    family: "O'Neil (profa.) 100% +1",
    email: 'zoe+cursos@example.com',
    username: 'zoneil',
    sourcedId: 'P00077',
  },
  {
    ...member,
    slug: 'reservada',
    name: 'Nayeli (sin datos)',
    special: {
      es: 'Alumna. El campus no pasa ni nombre ni correo.',
      en: 'Learner. The campus passes on neither name nor e-mail.',
    },
    number: 5,
    given: 'Nayeli',
    family: 'Reséndiz',
    email: 'nayeli.resendiz@example.com',
    username: 'nresendiz',
    sourcedId: null,
    sharing: 'nothing',
  },
  {
    ...member,
    slug: 'correo-vacio',
    name: 'Ulises Ibáñez',
    special: { es: 'Alumno. Su correo llega vacío.', en: 'Learner. The e-mail address arrives empty.' },
    number: 6,
    given: 'Ulises',
    family: 'Ibáñez',
    email: '',
    username: 'uibanez',
    sourcedId: '',
  },
  {
    ...member,
    slug: 'administrador',
    name: 'Administración del campus',
    special: {
      es: 'Administra el campus; en ningún otro lado manda.',
      en: 'Administers the campus, and nothing else anywhere.',
    },
    number: 1,
    given: 'Admin',
    family: 'Campus',
    email: 'admin.campus@example.com',
    username: 'admin',
    sourcedId: null,
    isAdministrator: true,
  },
  {
    ...member,
    slug: 'vista-alumno',
    name: 'Vista de estudiante',
    special: { es: 'La persona de prueba del campus: no es nadie.', en: 'The test person of the campus: nobody.' },
    number: 900,
    given: 'Test',
    family: 'Student',
    email: null,
    username: 'teststudent',
    sourcedId: null,
    isTestUser: true,
  },
  {
    ...member,
    slug: 'visitante',
    name: 'Visitante sin sesión',
    special: {
      es: 'Abre un curso público: el campus no dice quién es.',
      en: 'Opens a public course: the campus does not say who it is.',
    },
    number: null,
    given: '',
    family: '',
    email: null,
    username: '',
    sourcedId: null,
    sharing: 'nothing',
  },
];
