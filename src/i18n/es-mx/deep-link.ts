/**
 * What a teacher chooses for a course at a campus, and what its administration is told of personal data, in Spanish.
 */

export const deepLink = {
  title: 'Elige qué agregar a tu curso',
  intro: (campus: string, app: string) => `Lo que elijas se agrega a tu curso en ${campus}, y se abre en ${app}.`,
  one: 'Elige una actividad',
  several: 'Elige una o varias actividades',
  graded: (points: string) => `Con calificación: ${points} puntos`,
  searchLabel: 'Buscar por nombre',
  search: 'Buscar',
  nothingFound: (query: string) => `No hay nada con «${query}».`,
  mayBeMore: 'Hay más. Escribe parte del nombre para encontrarlas.',
  nothingChosen: 'Elige al menos una actividad.',
  nothingOffered: (app: string) => `Todavía no hay nada de ${app} que puedas agregar desde aquí.`,
  nothingOfferedNext: 'Pide a quien administra este sitio que lo prepare.',
  add: 'Agregar al curso',
  cancel: 'No agregar nada',
};

export const dataPrivacy = {
  title: 'Datos personales que guardamos',
  intro: (campus: string) =>
    `Vienes de ${campus} y preguntas por los datos de una persona. Esta página dice qué tipos de datos guardamos de quien entra aquí, y a quién pedirlos. No mostramos los datos de nadie: son de esa persona, y solo ella los abre.`,
  person: (campus: string) => `Identificador de la persona en ${campus}`,
  kept: 'Qué puede haber de una persona',
  kinds: {
    account: 'Su nombre de usuario, su nombre, y lo que ella misma o los servicios con los que entra nos dijeron.',
    addresses: 'Sus correos, y quién los confirmó.',
    ways: 'Con qué entra, entre ello el identificador que le da el campus.',
    identifiers:
      'Cifrados: su CURP, su teléfono y su matrícula o clave, si los envía un servicio con el que entró o su institución.',
    course: 'Su papel y su curso en el campus, mientras dura su sesión.',
    grades: 'A dónde van sus calificaciones en el campus, y las que una app le dio ahí en el último mes.',
    sessions: 'Sus sesiones abiertas: cuándo, y con qué tipo de navegador.',
    apps: 'Los sitios en los que entra por aquí, y lo que aceptó compartir con ellos.',
    history: 'Un registro de sus entradas y de los cambios en su cuenta.',
  },
  askHeading: 'A quién pedirlos',
  byPerson: 'La propia persona ve, descarga y elimina sus datos en su cuenta, sin pedirlo a nadie.',
  own: 'Abrir los datos de mi cuenta',
  byCampus:
    'Si el campus los necesita, escribe a quien administra este sitio, con el identificador que le da el campus y el motivo.',
  askNobodyNamed: 'Quien instaló este sitio en tu institución sabe a quién escribir.',
};
