/**
 * What the pages of registration say, in Spanish: what is asked, why, and what is wrong with what was typed.
 */

export const registration = {
  title: { new: 'Completa tu registro', known: 'Nos falta algo tuyo', terms: 'Antes de entrar' },
  intro: {
    new: 'Revisa tus datos antes de entrar. Solo te los pedimos esta vez.',
    known: 'Para seguir entrando necesitamos lo que falta aquí. Solo te lo pedimos esta vez.',
    terms: 'Lee lo siguiente y, si estás de acuerdo, acéptalo.',
  },
  optional: '(opcional)',
  choose: 'Elige una opción',
  submit: { new: 'Crear mi cuenta', known: 'Guardar y entrar', terms: 'Aceptar y entrar' },
  labels: {
    given_name: 'Nombre',
    family_name: 'Apellidos',
    username: 'Nombre de usuario',
    email: 'Correo electrónico',
    country: 'País donde vives',
    state: 'Estado o provincia',
    city: 'Ciudad o localidad',
    mailing_address: 'Dirección postal',
    language: 'Idioma que prefieres',
    year_of_birth: 'Año de nacimiento',
    gender: 'Género',
    level_of_education: 'Último nivel de estudios terminado',
    goals: '¿Qué esperas de tus cursos?',
  },
  help: {
    family_name: 'Si tienes dos, escribe los dos.',
    username:
      'Así te ven las demás personas en tus cursos, y después no se puede cambiar. Puedes dejar el que te proponemos.',
    mailing_address: 'Calle, número, colonia y código postal.',
    year_of_birth: 'Con cuatro cifras, como 1998.',
  },
  genders: { f: 'Femenino', m: 'Masculino', o: 'Otro, o prefiero no decirlo' },
  educationLevels: {
    p: 'Doctorado',
    m: 'Maestría o especialidad',
    b: 'Licenciatura o ingeniería',
    a: 'Técnico superior universitario',
    hs: 'Bachillerato o preparatoria',
    jhs: 'Secundaria',
    el: 'Primaria',
    none: 'Sin estudios formales',
    other: 'Otro',
  },
  faults: {
    missing: 'Falta este dato.',
    too_long: (limit: number) => `Es demasiado largo: usa ${limit} caracteres o menos.`,
    reserved: 'Ese nombre está reservado para este sitio. Elige otro.',
    holds_curp: 'Parece una CURP, y el nombre de usuario lo ve más gente. Elige otro.',
    taken: 'Ese nombre ya es de alguien más. Elige otro.',
    free: (names: string) => `Puedes usar, por ejemplo: ${names}.`,
    /** What each field wants where what was typed cannot be read. */
    malformed: {
      given_name: 'Escribe solo tu nombre, sin los signos < y > ni direcciones web.',
      family_name: 'Escribe solo tus apellidos, sin los signos < y > ni direcciones web.',
      username: 'Usa de 2 a 30 letras sin acento, números, guiones o guiones bajos.',
      email: 'Revisa que la dirección esté completa, como ana@ejemplo.mx.',
      year_of_birth: 'Escribe el año en que naciste, con cuatro cifras, como 1998.',
      other: 'Elige una opción de la lista.',
    },
  },
  terms: {
    agree: (title: string) => `Acepto lo que dice «${title}».`,
    unnamed: 'Términos de uso',
    opens: 'Se abre en otra pestaña.',
    missing: 'Para entrar necesitas aceptarlos.',
  },
};

/** What is known of somebody beside their name, on the page of their account. */
export const about = {
  heading: 'Más sobre ti',
  termsHeading: 'Términos que aceptaste',
  version: (version: string) => `Versión ${version}`,
  agreedOn: 'Aceptados el',
};
