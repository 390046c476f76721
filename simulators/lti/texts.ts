/**
 * What the pages of the campus say, in Mexican Spanish and in English.
 */

const spanish = {
  site: 'Campus Tezontle',
  practice: 'Página de práctica.',
  notice: (product: string) =>
    `Hace las veces de ${product} en pruebas, y las personas son inventadas: no escribas datos tuyos.`,
  home: 'Inicio',
  signOut: 'Salir del campus',
  chooseTitle: '¿Quién eres en el campus?',
  chooseLead: 'Elige a una persona de práctica.',
  signedInAs: 'En el campus eres',
  courses: 'Cursos',
  noCourses: 'No hay cursos para esta persona.',
  notSignedIn: 'Primero elige quién eres.',
  open: 'Abrir en esta ventana',
  openNew: 'Abrir en otra ventana',
  openFrame: 'Abrir dentro del curso',
  opening: 'Abriendo la actividad',
  goOn: 'Continuar',
  activities: 'Actividades',
  addActivity: 'Agregar una actividad de',
  addInFrame: 'Agregar dentro del curso una actividad de',
  added: 'Se agregaron actividades:',
  nothingAdded: 'No se agregó ninguna actividad.',
  grades: 'Calificaciones',
  person: 'Persona',
  noGrade: 'Sin calificación',
  pending: 'pendiente',
  review: 'Ver la entrega',
  backToCourse: 'Volver al curso',
  admin: 'Administración',
  tools: 'Herramientas instaladas',
  registerTool: 'Registrar una herramienta',
  registrationAddress: 'Dirección de registro de la herramienta',
  register: 'Registrar',
  askAboutData: 'Preguntar qué guarda de',
  refusedTitle: 'No se puede abrir',
  refusedLead: 'Vuelve al curso e inténtalo otra vez. Si sigue igual, avisa a quien administra el campus.',
  forDevelopers: 'Para quienes desarrollan la herramienta:',
};

export type Texts = { readonly [key in keyof typeof spanish]: (typeof spanish)[key] };
export type Language = 'es-MX' | 'en';

const english: Texts = {
  site: 'Campus Tezontle',
  practice: 'Practice page.',
  notice: (product) => `It stands in for ${product} in tests, and the people are invented: enter no data of your own.`,
  home: 'Home',
  signOut: 'Leave the campus',
  chooseTitle: 'Who are you on the campus?',
  chooseLead: 'Choose a practice person.',
  signedInAs: 'On the campus you are',
  courses: 'Courses',
  noCourses: 'There are no courses for this person.',
  notSignedIn: 'First choose who you are.',
  open: 'Open in this window',
  openNew: 'Open in another window',
  openFrame: 'Open inside the course',
  opening: 'Opening the activity',
  goOn: 'Continue',
  activities: 'Activities',
  addActivity: 'Add an activity of',
  addInFrame: 'Add within the course an activity of',
  added: 'Activities were added:',
  nothingAdded: 'No activity was added.',
  grades: 'Grades',
  person: 'Person',
  noGrade: 'No grade',
  pending: 'pending',
  review: 'See the submission',
  backToCourse: 'Back to the course',
  admin: 'Administration',
  tools: 'Installed tools',
  registerTool: 'Register a tool',
  registrationAddress: 'Registration address of the tool',
  register: 'Register',
  askAboutData: 'Ask what it keeps of',
  refusedTitle: 'This cannot be opened',
  refusedLead: 'Go back to the course and try again. If it stays like this, tell whoever runs the campus.',
  forDevelopers: 'For those who develop the tool:',
};

export const texts: { readonly [language in Language]: Texts } = { 'es-MX': spanish, en: english };

/** English only for those who ask for it before Spanish. */
export function preferredLanguage(header: string | undefined): Language {
  const first = (header ?? '').split(',').find((part) => /^\s*(es|en)\b/i.test(part));
  return first !== undefined && /^\s*en/i.test(first) ? 'en' : 'es-MX';
}
