/**
 * The seven practice people. All of them are invented; each is one way in which real answers differ.
 *
 * Addresses end in `example.com`, telephone numbers in an exchange that is not in service. Never the data of a person.
 */

import { completeCurp } from './curp.ts';
import type { Person } from './person.ts';

const nacional: Person = {
  slug: 'nacional',
  name: 'Citlali Ximena Robledo Ayala',
  special: {
    es: 'Cuenta completa: CURP, correo y teléfono verificados, domicilio y roles.',
    en: 'Complete account: CURP, verified e-mail and phone, address and roles.',
  },
  answer: 'consents',
  userData: {
    idUsuario: 700001,
    curp: completeCurp('ROAC910314MPLBYT0'),
    login: completeCurp('ROAC910314MPLBYT0'),
    correo: 'citlali.robledo@example.com',
    nombre: 'Citlali Ximena',
    primerApellido: 'Robledo',
    segundoApellido: 'Ayala',
    telVigente: '5500000101',
    fechaNacimiento: '1991-03-14',
    sexo: 'M',
    correoVerificado: true,
    telefonoVerificado: true,
    esExtranjero: false,
    cuentaBasica: false,
    cuentaVerificada: true,
    tieneFirmaMX: true,
    estadoNacimiento: 'PUEBLA',
    idEstadoNacimiento: 21,
    domicilio: {
      codigoPostal: '72000',
      colonia: 'Centro',
      alcaldiaMunicipio: 'Puebla',
      estado: 'Puebla',
      calle: 'Calle de la Práctica',
      numExterior: '12',
      numInterior: 'B',
    },
  },
  roles: {
    codeResponse: 101,
    roles: [
      { idRol: 5, rol: 'Monitor' },
      { idRol: 9, rol: 'Docente' },
    ],
  },
  expiry: 'expiresIn-seconds',
  errors: 'http-status',
};

const formatoAntiguo: Person = {
  slug: 'formato-antiguo',
  name: 'EUSEBIO NÚÑEZ PEÑA',
  special: {
    es: 'Formato antiguo: otros nombres de campo, fecha dd/mm/aaaa, errores dentro de un 200.',
    en: 'Old format: other field names, dates as dd/mm/yyyy, errors inside a 200.',
  },
  answer: 'consents',
  // `correoVerificado` and the account's flags are missing on purpose: missing must read as "not verified".
  userData: {
    id: 700002,
    curp: ` ${completeCurp('NUPE781102HOCXXS0').toLowerCase().replace('781102', ' 781102 ')} `,
    login: completeCurp('NUPE781102HOCXXS0'),
    correo: 'EUSEBIO.NUNEZ@EXAMPLE.COM',
    nombre: 'EUSEBIO',
    primerApellido: 'NÚÑEZ',
    segundoApellido: 'PEÑA',
    telefono: '5500000102',
    fechaNacimiento: '02/11/1978',
    sexo: 'HOMBRE',
    domicilio: null,
  },
  roles: [{ id: 5, nombre: 'Monitor', descripcion: 'Acompaña a un grupo' }],
  expiry: 'expires-epoch-milliseconds',
  errors: 'inside-200',
};

const extranjero: Person = {
  slug: 'extranjero',
  name: 'Étienne Laurent',
  special: {
    es: 'Residente extranjero: CURP genérica que comparten muchas personas, un solo apellido.',
    en: 'Foreign resident: a generic CURP that many people share, one surname.',
  },
  answer: 'consents',
  userData: {
    idUsuario: '700003',
    curp: 'XEXX010101HDFXXX04',
    login: 'XEXX010101HDFXXX04',
    correo: 'etienne.laurent@example.com',
    nombre: 'Étienne',
    primerApellido: 'Laurent',
    segundoApellido: '',
    telefonoExtranjero: '639980103',
    ladaExtranjero: '33',
    fechaNacimiento: '1988-06-21',
    sexo: 'H',
    correoVerificado: true,
    telefonoVerificado: false,
    esExtranjero: true,
    cuentaBasica: false,
    cuentaVerificada: true,
    tieneFirmaMX: false,
    domicilio: null,
  },
  roles: { codeResponse: 101, roles: [] },
  expiry: 'expiresIn-seconds',
  errors: 'http-status',
};

const cuentaBasica: Person = {
  slug: 'cuenta-basica',
  name: 'Lupita (cuenta básica)',
  special: {
    es: 'Cuenta básica: entra con su teléfono; sin CURP y sin correo.',
    en: 'Basic account: signs in with a phone number; no CURP, no e-mail.',
  },
  answer: 'consents',
  userData: {
    idUsuario: '700004',
    curp: null,
    login: '5500000104',
    // Not a slip: a client has seen the word in place of the value.
    correo: 'null',
    nombre: 'Lupita',
    primerApellido: null,
    segundoApellido: null,
    telVigente: '5500000104',
    fechaNacimiento: null,
    sexo: null,
    correoVerificado: false,
    telefonoVerificado: true,
    esExtranjero: false,
    cuentaBasica: true,
    cuentaVerificada: false,
    tieneFirmaMX: false,
    domicilio: null,
  },
  roles: { codeResponse: 101, roles: [] },
  expiry: 'expiresIn-milliseconds',
  errors: 'http-status',
};

const correoSinVerificar: Person = {
  slug: 'correo-sin-verificar',
  name: 'Iker Saldaña Ortiz',
  special: {
    es: 'Tiene CURP, pero no ha confirmado su correo.',
    en: 'Has a CURP but has not confirmed the e-mail address.',
  },
  answer: 'consents',
  userData: {
    idUsuario: 700005,
    curp: completeCurp('SAOI010730HJCLRKA'),
    login: completeCurp('SAOI010730HJCLRKA'),
    correo: 'iker.saldana@example.com',
    nombre: 'Iker',
    primerApellido: 'Saldaña',
    segundoApellido: 'Ortiz',
    telVigente: '5500000105',
    fechaNacimiento: '2001-07-30',
    sexo: 'H',
    correoVerificado: false,
    telefonoVerificado: true,
    esExtranjero: false,
    cuentaBasica: false,
    cuentaVerificada: true,
    tieneFirmaMX: false,
    estadoNacimiento: 'JALISCO',
    idEstadoNacimiento: 14,
    domicilio: null,
  },
  roles: { codeResponse: 101, roles: [] },
  expiry: 'expiresIn-seconds',
  errors: 'http-status',
};

const dosCuentas: Person = {
  slug: 'dos-cuentas',
  name: 'Teresa Olmedo Cruz',
  special: {
    es: 'En la demostración, su CURP está en dos cuentas que ya existían: su acceso espera una decisión.',
    en: 'In the demo two accounts that existed before have her CURP: her sign-in waits for a decision.',
  },
  answer: 'consents',
  userData: {
    idUsuario: 700007,
    curp: completeCurp('OECT880915MPLLRR0'),
    login: completeCurp('OECT880915MPLLRR0'),
    correo: 'teresa.olmedo@example.com',
    nombre: 'Teresa',
    primerApellido: 'Olmedo',
    segundoApellido: 'Cruz',
    telVigente: '5500000107',
    fechaNacimiento: '1988-09-15',
    sexo: 'M',
    correoVerificado: true,
    telefonoVerificado: true,
    esExtranjero: false,
    cuentaBasica: false,
    cuentaVerificada: true,
    tieneFirmaMX: false,
    estadoNacimiento: 'PUEBLA',
    idEstadoNacimiento: 21,
    domicilio: null,
  },
  roles: { codeResponse: 101, roles: [] },
  expiry: 'expiresIn-seconds',
  errors: 'http-status',
};

const rechaza: Person = {
  slug: 'rechaza',
  name: 'Nadie (rechaza el permiso)',
  special: { es: 'No da permiso: la aplicación recibe un error.', en: 'Says no: the application receives an error.' },
  answer: 'refuses',
};

/** In the order in which the page lists them. */
export const practicePeople: readonly Person[] = [
  nacional,
  formatoAntiguo,
  extranjero,
  cuentaBasica,
  correoSinVerificar,
  dosCuentas,
  rechaza,
];
