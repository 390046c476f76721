/**
 * The words of the site in its two languages. The compiler checks that both have the same keys.
 *
 * Never names an error's cause in a technical word: the code beside the text is for that.
 */

export type Language = 'es' | 'en';

const es = {
  siteName: 'Ceiba',
  siteTagline: 'Cursos en línea',
  htmlLanguage: 'es-MX',
  otherLanguage: 'English',
  homeTitle: 'Aprende a tu ritmo',
  homeLead: 'Cursos gratuitos de nuestra escuela. Entra con la cuenta que ya tienes: no hace falta otra contraseña.',
  signIn: 'Iniciar sesión',
  signInWith: 'Entrar con',
  hello: 'Hola',
  signedInAs: 'Iniciaste sesión como',
  signOut: 'Cerrar sesión',
  coursesTitle: 'Cursos abiertos',
  weeks: 'semanas',
  claimsTitle: 'Lo que este sitio sabe de ti',
  claimsLead: 'Esto es todo lo que recibimos al iniciar sesión.',
  claim: 'Dato',
  value: 'Valor',
  yes: 'Sí',
  no: 'No',
  claimsAll: 'Para desarrolladores: todos los datos',
  signedOutTitle: 'Cerraste sesión',
  signedOutText: 'Ya puedes cerrar esta ventana o volver a los cursos.',
  backToCourses: 'Volver a los cursos',
  tryAgain: 'Intentar de nuevo',
  errorCode: 'Código',
  deniedTitle: 'No terminaste de iniciar sesión',
  deniedText: 'No pasa nada: puedes intentarlo otra vez cuando quieras.',
  attemptTitle: 'Este inicio de sesión ya no sirve',
  attemptText: 'Quizá tardó demasiado, ya se usó o empezó en otro navegador. Empieza de nuevo, por favor.',
  unavailableTitle: 'No podemos iniciar tu sesión en este momento',
  unavailableText: 'El servicio de inicio de sesión no responde. Espera un minuto e inténtalo de nuevo.',
  refusedTitle: 'No se pudo iniciar tu sesión',
  refusedText: 'Inténtalo de nuevo. Si vuelve a pasar, escribe a soporte con el código de abajo.',
  invalidTitle: 'No se pudo iniciar tu sesión',
  invalidText: 'La respuesta que recibimos no es confiable, así que la descartamos. Inténtalo de nuevo.',
  crossSiteTitle: 'Esta acción empezó en otro sitio',
  crossSiteText: 'No la hicimos. Vuelve a los cursos e inténtalo desde aquí.',
  notFoundTitle: 'Esta página no existe',
  notFoundText: 'Revisa la dirección o vuelve a los cursos.',
  internalTitle: 'Algo falló de nuestro lado',
  internalText: 'Inténtalo de nuevo en un momento.',
  campusTitle: 'Vienes de tu campus',
  campusLead: 'Esto nos dijo tu campus al traerte aquí.',
  campusCourse: 'Curso',
  campusActivity: 'Actividad',
  campusRole: 'Participas como',
  roleLearner: 'Estudiante',
  roleInstructor: 'Docente',
  roleMentor: 'Tutora o tutor',
  roleContentDeveloper: 'Autora o autor de contenido',
  roleAdministrator: 'Administración del curso',
  roleOther: 'Participante',
  sendScore: 'Enviar 8 de 10 a tu campus',
  scoreSent: 'Tu calificación va en camino a tu campus: 8 de 10.',
};

export type Texts = { readonly [key in keyof typeof es]: string };

const en: Texts = {
  siteName: 'Ceiba',
  siteTagline: 'Online courses',
  htmlLanguage: 'en',
  otherLanguage: 'Español',
  homeTitle: 'Learn at your own pace',
  homeLead: 'Free courses from our school. Use an account that you already have: no new password needed.',
  signIn: 'Sign in',
  signInWith: 'Sign in with',
  hello: 'Hello',
  signedInAs: 'You are signed in as',
  signOut: 'Sign out',
  coursesTitle: 'Open courses',
  weeks: 'weeks',
  claimsTitle: 'What this site knows about you',
  claimsLead: 'This is everything that we received when you signed in.',
  claim: 'What',
  value: 'Value',
  yes: 'Yes',
  no: 'No',
  claimsAll: 'For developers: all claims',
  signedOutTitle: 'You have signed out',
  signedOutText: 'You may close this window or go back to the courses.',
  backToCourses: 'Back to the courses',
  tryAgain: 'Try again',
  errorCode: 'Code',
  deniedTitle: 'You did not finish signing in',
  deniedText: 'No harm done: try again whenever you like.',
  attemptTitle: 'This sign-in can no longer be used',
  attemptText: 'It may have taken too long, been used already, or begun in another browser. Please start again.',
  unavailableTitle: 'We cannot sign you in right now',
  unavailableText: 'The sign-in service does not answer. Wait a minute and try again.',
  refusedTitle: 'We could not sign you in',
  refusedText: 'Please try again. If it happens once more, write to support with the code below.',
  invalidTitle: 'We could not sign you in',
  invalidText: 'The answer that we received cannot be trusted, so we threw it away. Please try again.',
  crossSiteTitle: 'This action began on another site',
  crossSiteText: 'We did not carry it out. Go back to the courses and try from here.',
  notFoundTitle: 'This page does not exist',
  notFoundText: 'Check the address or go back to the courses.',
  internalTitle: 'Something failed on our side',
  internalText: 'Please try again in a moment.',
  campusTitle: 'You come from your campus',
  campusLead: 'This is what your campus told us when it brought you here.',
  campusCourse: 'Course',
  campusActivity: 'Activity',
  campusRole: 'You take part as',
  roleLearner: 'Student',
  roleInstructor: 'Instructor',
  roleMentor: 'Mentor',
  roleContentDeveloper: 'Author of content',
  roleAdministrator: 'Administration of the course',
  roleOther: 'Participant',
  sendScore: 'Send 8 of 10 to your campus',
  scoreSent: 'Your score is on its way to your campus: 8 of 10.',
};

export const texts: { readonly [language in Language]: Texts } = { es, en };

export interface Course {
  readonly slug: string;
  readonly weeks: number;
  readonly title: { readonly [language in Language]: string };
  readonly summary: { readonly [language in Language]: string };
}

/** Sample content: a catalogue would come from a database. */
export const courses: readonly Course[] = [
  {
    slug: 'water',
    weeks: 6,
    title: { es: 'El agua en la ciudad', en: 'Water in the city' },
    summary: {
      es: 'De dónde viene, por qué falta y cómo la cuida una colonia.',
      en: 'Where it comes from, why it runs short and how a neighbourhood looks after it.',
    },
  },
  {
    slug: 'statistics',
    weeks: 8,
    title: { es: 'Estadística con los pies en la tierra', en: 'Down-to-earth statistics' },
    summary: {
      es: 'Lee encuestas, gráficas y promedios sin que te engañen.',
      en: 'Read surveys, charts and averages without being fooled.',
    },
  },
  {
    slug: 'nahuatl',
    weeks: 10,
    title: { es: 'Primeras palabras en náhuatl', en: 'First words in Nahuatl' },
    summary: {
      es: 'Saludos, números y los nombres de los lugares que ya conoces.',
      en: 'Greetings, numbers and the names of places that you already know.',
    },
  },
  {
    slug: 'algebra',
    weeks: 8,
    title: { es: 'Álgebra paso a paso', en: 'Algebra step by step' },
    summary: {
      es: 'De los números a las letras, con problemas de todos los días.',
      en: 'From numbers to letters, with problems of every day.',
    },
  },
];

/** The first language of Accept-Language that the site has; Spanish when it has none (RFC 9110 §12.5.4). */
export function preferredLanguage(acceptLanguage: string): Language {
  const ranked = acceptLanguage.split(',').map((part) => {
    const [range = '', ...parameters] = part.trim().toLowerCase().split(';');
    const quality = parameters.find((parameter) => parameter.trim().startsWith('q='));
    return { language: range.split('-')[0], quality: quality === undefined ? 1 : Number(quality.trim().slice(2)) };
  });
  ranked.sort((a, b) => b.quality - a.quality);
  for (const { language, quality } of ranked) {
    if (quality > 0 && (language === 'es' || language === 'en')) return language;
  }
  return 'es';
}
