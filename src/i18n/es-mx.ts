/**
 * Every sentence that people read, in Spanish: the original from which other languages are written.
 *
 * Voice: tú, plain Mexican usage, short sentences. Say what happened and what can be done; never blame, never promise
 * what the program does not do, never name a technique. Sentences with an argument are functions, written so that the
 * argument never opens them: it may be a phrase in lower case.
 */
import {
  account,
  accountApps,
  accountData,
  accountEmails,
  accountIdentities,
  accountPassword,
  accountSessions,
  accountUndo,
} from './es-mx/account.ts';
import { existingAccount, guestWork, guestWorkStays, keepAccount } from './es-mx/accounts.ts';
import { dataPrivacy, deepLink } from './es-mx/deep-link.ts';
import { deletion } from './es-mx/deletion.ts';
import { launch } from './es-mx/launch.ts';
import { mail } from './es-mx/mail.ts';
import { merge } from './es-mx/merge.ts';
import { providerTest } from './es-mx/provider-test.ts';
import { refusals } from './es-mx/refusals.ts';
import { about, registration } from './es-mx/registration.ts';
import { email, guest, newPassword, password, passwordFaults } from './es-mx/ways-in.ts';

/** Claims of OpenID Connect in words. Several claims may share their words: they are then about once. */
const claims = {
  sub: 'Un identificador tuyo, que no cambia',
  name: 'Tu nombre',
  given_name: 'Tu nombre',
  family_name: 'Tu nombre',
  middle_name: 'Tu nombre',
  preferred_username: 'Tu nombre de usuario',
  email: 'Tu correo electrónico, y si está verificado',
  email_verified: 'Tu correo electrónico, y si está verificado',
  email_verified_by: 'Quién verificó tu correo electrónico, y cuándo',
  email_verified_at: 'Quién verificó tu correo electrónico, y cuándo',
  phone_number: 'Tu teléfono, y si está verificado',
  phone_number_verified: 'Tu teléfono, y si está verificado',
  birthdate: 'Tu fecha de nacimiento',
  identity_verified: 'Si tu identidad está verificada, y por quién',
  identity_verified_by: 'Si tu identidad está verificada, y por quién',
  locale: 'El idioma que prefieres',
  gender: 'Tu género',
  address: 'Tu país y, si los diste, tu estado, ciudad y dirección postal',
  curp: 'Tu CURP',
  'https://purl.imsglobal.org/spec/lti/claim/roles': 'Tus roles en el curso de tu campus',
  'https://purl.imsglobal.org/spec/lti/claim/context': 'El curso de tu campus del que vienes',
  'https://purl.imsglobal.org/spec/lti/claim/resource_link': 'La actividad de tu campus de la que vienes',
  'https://purl.imsglobal.org/spec/lti/claim/deployment_id': 'De qué campus vienes',
  'https://purl.imsglobal.org/spec/lti/claim/for_user': 'De quién es el trabajo que vas a revisar',
  roles: 'Tus roles en otros sistemas',
  acr: 'Cómo y cuándo te identificaste',
  amr: 'Cómo y cuándo te identificaste',
  auth_time: 'Cómo y cuándo te identificaste',
};

export const esMx = {
  layout: {
    skipToContent: 'Saltar al contenido',
    language: 'Idioma',
    support: 'Ayuda',
  },
  chooser: {
    titles: {
      authorize: (place: string) => `Entra a ${place}`,
      visit: (place: string) => `Entra a ${place}`,
      link: () => 'Conecta otra forma de entrar',
      reauthenticate: () => 'Entra otra vez',
      'prove-for-sign-in': () => 'Entra con tu cuenta de siempre',
      'prove-for-merge': () => 'Entra a tu otra cuenta',
    },
    intros: {
      authorize: 'Elige con qué cuenta quieres entrar.',
      visit: 'Elige con qué cuenta quieres entrar.',
      link: 'Elige qué quieres conectar a tu cuenta. Después podrás entrar también con eso.',
      reauthenticate: 'Para cambiar algo importante de tu cuenta, confirma que eres tú.',
      'prove-for-sign-in': 'Elige la forma con la que entrabas antes. Así sabemos que la cuenta es tuya.',
      'prove-for-merge': 'Elige la forma con la que entras a la otra. Así sabemos que las dos son tuyas.',
    },
    lastUsed: 'Así entraste la última vez',
    down: 'No responde en este momento',
    institutions: 'Tu institución',
    searchLabel: 'Busca tu escuela o institución por su nombre',
    search: 'Buscar',
    nothingFound: (query: string) => `No encontramos nada con «${query}».`,
    nothingFoundNext: 'Revisa cómo está escrito, o busca con una sola palabra del nombre.',
    mayBeMore: 'Puede haber más: agrega otra palabra del nombre.',
    otherWays: 'Otras formas de entrar',
    empty: 'Por ahora no hay ninguna forma de entrar.',
    emptyNext: 'Este sitio todavía no tiene servicios de acceso activos. Avisa a quien lo administra.',
    cancel: (client: string) => `Cancelar y volver a ${client}`,
  },
  hinted: {
    intro: (provider: string) => `El sitio del que vienes te propone entrar con ${provider}.`,
    go: (provider: string) => `Entrar con ${provider}`,
    others: 'Elegir otra forma de entrar',
  },
  refusal: {
    unnamedProvider: 'tu servicio de acceso',
    nextHeading: 'Qué puedes hacer',
    helpHeading: 'Si necesitas ayuda',
    ask: 'Escribe aquí y comparte estos datos:',
    askNobodyNamed: 'Pide ayuda a quien administra tu curso y comparte estos datos:',
    code: 'Código',
    reference: 'Referencia',
    caseNumber: 'Número de caso',
    startAgain: 'Empezar de nuevo',
    merge: 'Unir mis dos cuentas',
    openWindow: 'Abrir en otra ventana',
    backToClient: (client: string) => `Volver a ${client}`,
  },
  /** What "back to …" names. */
  places: {
    account: 'tu cuenta',
    before: 'la pregunta anterior',
  },
  existingAccount,
  guestWork,
  guestWorkStays,
  keepAccount,
  launch,
  deepLink,
  dataPrivacy,
  deletion,
  refusals,
  passwordFaults,
  wait: {
    title: 'Un momento…',
    intro: 'Seguimos enseguida. Esta página avanza sola.',
    continue: 'Continuar',
    fallback: 'Si no avanza en unos segundos, usa este botón.',
  },
  ltiWindow: {
    title: 'Abre tu curso en otra ventana',
    intro: 'Para cuidar tu cuenta, la abrimos en una ventana propia y no dentro de la página de tu campus.',
    open: 'Abrir en otra ventana',
  },
  ltiRegistration: {
    title: 'Registra tu campus aquí',
    intro: 'Esta página la abrió la administración de un campus. Al registrarlo, sus cursos podrán abrir la app.',
    campus: 'Campus que se registra',
    site: 'Se registra en',
    app: 'App que se abre desde sus cursos',
    asks: 'El campus nos dirá quién entra. De cada persona le pedimos:',
    names: 'su nombre',
    email: 'su correo',
    asksNothing: 'El campus nos dirá quién entra con un identificador. No le pedimos nombre ni correo.',
    waits: 'Después, quien administra este sitio lo revisa. Hasta que lo apruebe nadie entra desde ahí.',
    action: 'Registrar el campus',
  },
  ltiRegistered: {
    title: 'Falta que lo aprueben',
    intro: (campus: string) => `Ya se registró ${campus}. Quien administra este sitio ya puede revisarlo.`,
    next: 'Ya puedes cerrar esta página. Si tu campus pide activar la herramienta, actívala también allá.',
  },
  signOut: {
    title: '¿Quieres cerrar tu sesión?',
    asked: (client: string) => `El sitio ${client} pide cerrar también tu sesión aquí.`,
    effect: (product: string) => `Se cerrará tu sesión de ${product} en este navegador.`,
    yes: 'Cerrar sesión',
    no: 'Seguir en mi sesión',
  },
  signedOut: {
    title: 'Cerraste tu sesión',
    shared:
      'Si el equipo es compartido, cierra también tu sesión en el servicio con el que entraste y cierra el navegador.',
    backToClient: (client: string) => `Volver a ${client}`,
    signInAgain: 'Entrar de nuevo',
  },
  signingOut: {
    ended: (product: string) => `Ya cerraste tu sesión de ${product}.`,
    apps: 'También pedimos que se cierre en estos sitios donde entraste con ella:',
    late: '(no respondió a tiempo)',
    frame: (site: string) => `Cierre de sesión en ${site}`,
    unconfirmed: 'No pudimos confirmar que se cerró también en:',
    advice:
      'Puede que ahí tu sesión siga abierta. Si el equipo es compartido, ciérrala también ahí y cierra el navegador.',
    continue: 'Continuar',
  },
  email,
  password,
  newPassword,
  guest,
  registration,
  about,
  question: {
    yes: 'Sí, continuar',
    no: 'No continuar',
  },
  consent: {
    title: (client: string) => `¿Compartir tus datos con ${client}?`,
    signedInAs: (person: string) => `Entraste como ${person}.`,
    intro: 'Si aceptas, ese sitio podrá ver:',
    offline:
      'También podrá seguir consultándolos cuando ya no tengas tu sesión abierta, hasta que la desconectes en tu cuenta.',
    effect: 'No recibe tu contraseña ni otros datos de tu cuenta.',
    yes: 'Compartir y continuar',
    no: 'No compartir',
  },
  claims,
  account,
  accountApps,
  accountData,
  accountIdentities,
  accountEmails,
  accountPassword,
  accountSessions,
  accountUndo,
  home: {
    title: (product: string) => `Te damos la bienvenida a ${product}`,
    intro: 'Entra a tus cursos con una identidad que ya tienes. Es una sola cuenta, entres como entres.',
    signIn: 'Iniciar sesión',
  },
  mail,
  merge,
  providerTest,
};

export type Texts = typeof esMx;
