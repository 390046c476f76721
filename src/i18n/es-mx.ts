/**
 * Every sentence that people read, in Spanish: the original from which other languages are written.
 *
 * Voice: tú, plain Mexican usage, short sentences. Say what happened and what can be done; never blame, never promise
 * what the program does not do, never name a technique. Sentences with an argument are functions, written so that the
 * argument never opens them: it may be a phrase in lower case.
 */
import type { ErrorCode } from '../errors.ts';

/** What a refusal says: what happened, and what the person can do now. Whom to ask is said the same way for all. */
export interface RefusalText {
  readonly title: string;
  readonly happened: string;
  readonly next: string;
}

const refusals: { readonly [code in ErrorCode]: (provider: string) => RefusalText } = {
  not_found: () => ({
    title: 'No encontramos esa página',
    happened: 'La dirección que abriste no existe o ya cambió.',
    next: 'Revisa que la dirección esté completa, o empieza desde el sitio de tu curso.',
  }),
  bad_request: () => ({
    title: 'La solicitud llegó incompleta',
    happened: 'Faltaban datos o llegaron de una forma que no esperábamos. Pasa con enlaces cortados o muy viejos.',
    next: 'Empieza otra vez desde el sitio de tu curso.',
  }),
  cross_site_request: () => ({
    title: 'Detuvimos esta acción para proteger tu cuenta',
    happened: 'No pudimos confirmar que el envío saliera de una página nuestra. No se cambió nada.',
    next: 'Abre la página de nuevo y repite la acción desde ahí.',
  }),
  request_too_large: () => ({
    title: 'El envío es demasiado grande',
    happened: 'Llegó más información de la que podemos recibir de una vez. No se guardó nada.',
    next: 'Vuelve a la página anterior y envía menos información.',
  }),
  client_request_invalid: () => ({
    title: 'El sitio del que vienes no está bien conectado',
    happened: 'Su solicitud de acceso no es válida. Por tu seguridad no te enviamos de regreso a una dirección dudosa.',
    next: 'No es algo que tú puedas corregir: avisa a quien administra ese sitio.',
  }),
  internal_error: () => ({
    title: 'Algo falló de nuestro lado',
    happened: 'Ocurrió un error que no esperábamos. No es por algo que hayas hecho.',
    next: 'Espera un momento y empieza de nuevo.',
  }),
  store_unavailable: () => ({
    title: 'El servicio está en pausa por un momento',
    happened: 'Ahora mismo no podemos consultar ni guardar datos. Tu cuenta sigue como estaba.',
    next: 'Espera un minuto y empieza de nuevo.',
  }),

  sign_in_unknown: () => ({
    title: 'No encontramos este inicio de sesión',
    happened: 'Puede que ya haya terminado, o que tu navegador no guarde las cookies de este sitio.',
    next: 'Empieza de nuevo. Si vuelve a pasar, revisa que tu navegador permita cookies.',
  }),
  sign_in_expired: () => ({
    title: 'Se acabó el tiempo para entrar',
    happened: 'Por seguridad, cada intento dura unos minutos, y este ya venció. Tu cuenta sigue como estaba.',
    next: 'Ten a la mano los datos con los que entras y empieza de nuevo.',
  }),
  sign_in_other_browser: () => ({
    title: 'Este intento empezó en otro navegador',
    happened:
      'Para que nadie más pueda usar tu acceso, se termina en el mismo navegador donde se empezó. A veces una aplicación abre los enlaces en su propia ventana, y esa cuenta como otro navegador.',
    next: 'Regresa al navegador donde empezaste, o empieza de nuevo en este.',
  }),
  sign_in_replayed: () => ({
    title: 'Este paso ya se había usado',
    happened:
      'Cada inicio de sesión se termina una sola vez. Pasa al volver con el botón «Atrás» o al recargar la página.',
    next: 'Si ya entraste, puedes seguir en tu curso. Si no, empieza de nuevo.',
  }),
  callback_malformed: (provider) => ({
    title: 'La respuesta llegó incompleta',
    happened: `Faltaban datos en lo que tu navegador trajo de ${provider}, así que no lo usamos.`,
    next: 'Empieza de nuevo.',
  }),
  issuer_mismatch: (provider) => ({
    title: 'La respuesta no vino de donde debía',
    happened: `Esperábamos una respuesta de ${provider} y llegó a nombre de otro servicio. No la usamos, para proteger tu cuenta.`,
    next: 'Empieza de nuevo desde el sitio de tu curso. Si se repite, no insistas y pide ayuda.',
  }),

  provider_unknown: () => ({
    title: 'Esa forma de entrar no existe aquí',
    happened: 'El enlace que abriste pide un servicio que este sitio no ofrece.',
    next: 'Empieza de nuevo y elige una de las formas de entrar de la lista.',
  }),
  provider_disabled: (provider) => ({
    title: 'Esa forma de entrar no está disponible',
    happened: `Por ahora no se puede entrar con ${provider} en este sitio.`,
    next: 'Si antes entraste de otra forma, úsala. Así llegas a la misma cuenta.',
  }),
  provider_denied: (provider) => ({
    title: 'No se dio el permiso',
    happened: `Para entrar con ${provider} hace falta que aceptes compartir tus datos, y esta vez no se aceptó. Es tu decisión: no recibimos nada.`,
    next: 'Si quieres continuar, empieza de nuevo y acepta cuando te lo pregunten, o elige otra forma de entrar.',
  }),
  provider_unreachable: (provider) => ({
    title: `No pudimos comunicarnos con ${provider}`,
    happened: 'Su servicio no está contestando. No es un problema de tu cuenta ni de tu contraseña.',
    next: 'Espera unos minutos y empieza de nuevo. Si tu cuenta tiene otra forma de entrar, puedes usarla mientras tanto.',
  }),
  provider_timeout: (provider) => ({
    title: `Tardó demasiado la respuesta de ${provider}`,
    happened: 'Dejamos de esperar para no tenerte detenido. No es un problema de tu cuenta ni de tu contraseña.',
    next: 'Espera unos minutos y empieza de nuevo. Si tu cuenta tiene otra forma de entrar, puedes usarla mientras tanto.',
  }),
  provider_answer_invalid: (provider) => ({
    title: `No entendimos la respuesta de ${provider}`,
    happened: 'Contestó algo distinto de lo acordado, y no queremos adivinar quién eres.',
    next: 'Puede ser algo pasajero: espera unos minutos y empieza de nuevo.',
  }),
  provider_answer_too_large: (provider) => ({
    title: `No pudimos leer la respuesta de ${provider}`,
    happened: 'Fue mucho más grande de lo normal, así que no la usamos.',
    next: 'Puede ser algo pasajero: espera unos minutos y empieza de nuevo.',
  }),
  provider_rejected_code: (provider) => ({
    title: 'No se pudo confirmar tu acceso',
    happened: `El permiso que venía de ${provider} venció o ya se había usado cuando lo confirmamos.`,
    next: 'Empieza de nuevo.',
  }),
  provider_rejected_client: (provider) => ({
    title: `La conexión con ${provider} no está bien configurada`,
    happened: 'Rechazó las credenciales de este sitio, no las tuyas.',
    next: 'Solo lo puede corregir quien administra este sitio. Si tu cuenta tiene otra forma de entrar, puedes usarla.',
  }),
  provider_rejected_token: (provider) => ({
    title: 'No pudimos consultar tus datos',
    happened: `Te identificaste, pero no se nos permitió consultar tus datos en ${provider}.`,
    next: 'Empieza de nuevo y acepta los permisos que te pidan.',
  }),
  subject_unusable: (provider) => ({
    title: 'No pudimos distinguir tu cuenta',
    happened: `Los datos de ${provider} llegaron sin un identificador propio. No continuamos, para no confundirte con otra persona.`,
    next: 'Si tu cuenta tiene otra forma de entrar, puedes usarla. Si no, pide ayuda.',
  }),

  user_disabled: () => ({
    title: 'Tu cuenta está desactivada',
    happened: 'Quien administra este sitio la desactivó, y por eso no se puede entrar con ella.',
    next: 'Si crees que se trata de un error, pide que la revisen.',
  }),
  sign_in_refused_by_rule: () => ({
    title: 'Aquí no se puede entrar con esa cuenta',
    happened: 'Las reglas de este sitio no permiten el acceso con la cuenta que usaste.',
    next: 'Prueba con otra cuenta tuya, por ejemplo la de tu escuela, o pide ayuda.',
  }),
};

/** Claims of OpenID Connect in words. Several claims may share their words: they are then told once. */
const claims = {
  sub: 'Un identificador tuyo, que no cambia',
  name: 'Tu nombre',
  given_name: 'Tu nombre',
  family_name: 'Tu nombre',
  middle_name: 'Tu nombre',
  preferred_username: 'Tu nombre de usuario',
  email: 'Tu correo electrónico, y si está verificado',
  email_verified: 'Tu correo electrónico, y si está verificado',
  phone_number: 'Tu teléfono, y si está verificado',
  phone_number_verified: 'Tu teléfono, y si está verificado',
  birthdate: 'Tu fecha de nacimiento',
  identity_verified: 'Si tu identidad está verificada, y por quién',
  identity_verified_by: 'Si tu identidad está verificada, y por quién',
  locale: 'El idioma que prefieres',
  curp: 'Tu CURP',
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
    title: (place: string) => `Entra a ${place}`,
    intro: 'Elige con qué cuenta quieres entrar.',
    lastUsed: 'Así entraste la última vez',
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
    startAgain: 'Empezar de nuevo',
    backToClient: (client: string) => `Volver a ${client}`,
  },
  refusals,
  wait: {
    title: 'Un momento…',
    intro: 'Estamos terminando. Esta página avanza sola.',
    continue: 'Continuar',
    fallback: 'Si no avanza en unos segundos, usa este botón.',
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
  question: {
    yes: 'Sí, continuar',
    no: 'No continuar',
  },
  consent: {
    title: (client: string) => `¿Compartir tus datos con ${client}?`,
    signedInAs: (person: string) => `Entraste como ${person}.`,
    intro: 'Si aceptas, ese sitio podrá ver:',
    effect: 'No recibe tu contraseña ni otros datos de tu cuenta.',
    yes: 'Compartir y continuar',
    no: 'No compartir',
  },
  claims,
  account: {
    title: 'Tu cuenta',
    nameHeading: 'Nombre',
    unnamed: 'Todavía no tenemos tu nombre.',
    emailsHeading: 'Correos electrónicos',
    noEmails: 'No hay ningún correo en tu cuenta.',
    verified: 'Verificado',
    unverified: 'Sin verificar',
    primary: 'Principal',
    identitiesHeading: 'Formas de entrar',
    since: 'Agregada el',
    lastUsed: 'Último uso:',
    identityVerified: 'Identidad verificada el',
    signOut: 'Cerrar sesión',
  },
  home: {
    title: (product: string) => `Te damos la bienvenida a ${product}`,
    intro: 'Entra a tus cursos con una identidad que ya tienes. Es una sola cuenta, entres como entres.',
    signIn: 'Iniciar sesión',
  },
};

export type Texts = typeof esMx;
