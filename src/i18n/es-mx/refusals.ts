/**
 * What people read when something is refused, in Spanish.
 */
import type { ErrorCode } from '../../errors.ts';
import type { RefusalText } from '../refusal-text.ts';
import { campusRefusals } from './campus-refusals.ts';

export const refusals: { readonly [code in ErrorCode]: (provider: string) => RefusalText } = {
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
  too_many_requests: () => ({
    title: 'Hay demasiados intentos desde tu red',
    happened:
      'En un minuto llegaron de ahí más intentos de los que podemos atender. Pasa cuando muchas personas comparten la misma conexión. Tu cuenta sigue como estaba.',
    next: 'Espera un minuto y empieza de nuevo.',
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
  too_busy: () => ({
    title: 'En este momento está entrando mucha gente',
    happened: 'No alcanzamos a atender tu intento. Tu cuenta sigue como estaba.',
    next: 'Espera unos segundos y empieza de nuevo.',
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
  mail_link_unusable: () => ({
    title: 'Ese enlace ya no sirve',
    happened: 'Cada enlace se usa una sola vez y dura diez minutos. Si pediste otro después, solo sirve el último.',
    next: 'Empieza de nuevo y pide otro.',
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

  account_conflict: () => ({
    title: 'Tus datos llevan a más de una cuenta',
    happened: 'Encontramos más de una cuenta que puede ser tuya, y no queremos adivinar cuál es. No se cambió nada.',
    next: 'Pide ayuda con el número de caso: una persona lo revisa y decide contigo. Después entras igual que hoy.',
  }),
  refused_by_support: () => ({
    title: 'Tu caso ya se revisó',
    happened: 'Quien administra este sitio revisó tu caso y decidió que con esta cuenta no se entra.',
    next: 'Entra de la forma en que lo hacías antes. Si crees que es un error, pide que lo revisen otra vez.',
  }),
  provider_already_connected: () => ({
    title: 'Tu cuenta ya tiene otra de ese servicio',
    happened: 'Aquí cada persona conecta una sola, y tu cuenta ya tiene otra conectada.',
    next: 'Entra con la que ya está conectada. Si quieres cambiarla, quítala primero en tu cuenta.',
  }),
  identity_taken: () => ({
    title: 'Ya abre otra cuenta',
    happened: 'Lo que quieres conectar ya se usa para entrar a otra cuenta. No se cambió nada.',
    next: 'Si las dos cuentas son tuyas, puedes unirlas desde tu cuenta.',
  }),
  another_account: () => ({
    title: 'Entraste con otra cuenta',
    happened: 'Para seguir hay que entrar otra vez con la misma cuenta, y esta es otra. No se cambió nada.',
    next: 'Empieza de nuevo y usa la cuenta con la que estabas.',
  }),
  no_account: () => ({
    title: 'Con eso no se abre ninguna cuenta',
    happened: 'Lo que usaste no está conectado a ninguna cuenta de aquí. No se creó nada.',
    next: 'Prueba otra forma de entrar, o regresa. Donde se ofrezca, puedes seguir sin una cuenta anterior.',
  }),
  same_account: () => ({
    title: 'Es la misma cuenta',
    happened: 'Para unir dos cuentas hay que entrar a la otra, y entraste a la misma. No se cambió nada.',
    next: 'Empieza de nuevo y entra a la otra cuenta.',
  }),
  last_way_in: () => ({
    title: 'Es tu única forma de entrar',
    happened: 'Si se quita, ya no podrías entrar a tu cuenta. No se cambió nada.',
    next: 'Antes conecta otra forma de entrar, o agrega un correo y confírmalo.',
  }),
  address_taken: () => ({
    title: 'Ese correo ya está en otra cuenta',
    happened: 'Confirmaste que el correo es tuyo, pero otra cuenta ya lo tiene confirmado. No se cambió nada.',
    next: 'Si esa cuenta también es tuya, puedes unirlas, o entrar con ese correo y quitarlo de ahí.',
  }),
  undo_link_unusable: () => ({
    title: 'Este enlace ya no sirve',
    happened: 'Ya se usó, o pasaron más de siete días desde el cambio.',
    next: 'Si alguien más entró a tu cuenta, pide ayuda cuanto antes.',
  }),
  change_refused_by_rule: () => ({
    title: 'Ese cambio no se permite aquí',
    happened: 'Las reglas de este sitio no permiten ese cambio en tu cuenta. No se cambió nada.',
    next: 'Si lo necesitas, pide ayuda.',
  }),
  user_disabled: () => ({
    title: 'Tu cuenta está desactivada',
    happened: 'Quien administra este sitio la desactivó, y por eso no se puede entrar con ella.',
    next: 'Si crees que se trata de un error, pide que la revisen.',
  }),
  deletion_goes_on: () => ({
    title: 'Tu cuenta se va a eliminar',
    happened: 'Como elegiste, la dejamos así y no iniciaste sesión.',
    next: 'Si cambias de opinión, entra otra vez antes de que se elimine y elige conservarla.',
  }),
  deletion_pending: () => ({
    title: 'Esa cuenta se va a eliminar',
    happened: 'Se pidió eliminarla, así que por ahora no se puede usar para esto. No se cambió nada.',
    next: 'Si la quieres conservar, primero entra a ella desde la página de inicio y elige conservarla. Después empieza de nuevo.',
  }),
  account_not_deletable: () => ({
    title: 'Ahora no se puede eliminar tu cuenta',
    happened: 'Hay algo pendiente con ella que impide eliminarla. No se cambió nada.',
    next: 'Pide que la revisen quienes administran este sitio.',
  }),
  mail_unavailable: () => ({
    title: 'No podemos enviarte el correo',
    happened: 'Antes de crear tu cuenta hay que confirmar tu correo, y este sitio todavía no puede enviar mensajes.',
    next: 'Entra con un servicio que ya haya confirmado tu correo, o avisa a quien administra este sitio.',
  }),
  sign_in_refused_by_rule: () => ({
    title: 'Aquí no se puede entrar con esa cuenta',
    happened: 'Las reglas de este sitio no permiten el acceso con la cuenta que usaste.',
    next: 'Prueba con otra cuenta tuya, por ejemplo la de tu escuela, o pide ayuda.',
  }),

  same_provider: (provider) => ({
    title: 'Estas dos cuentas no se pueden unir',
    happened: `A las dos se entra con ${provider}, y aquí cada persona tiene una sola cuenta de cada servicio. No se cambió nada.`,
    next: 'Si las dos cuentas son tuyas, quita de una de ellas esa forma de entrar y vuelve a intentarlo, o pide ayuda.',
  }),
  identifiers_differ: () => ({
    title: 'Estas dos cuentas no se pueden unir',
    happened: 'Sus datos oficiales dicen que son de dos personas. No se cambió nada.',
    next: 'Si las dos cuentas son tuyas, pide ayuda: hace falta que alguien revise tus datos.',
  }),
  user_not_mergeable: () => ({
    title: 'Estas dos cuentas no se pueden unir',
    happened: 'Una de las dos no se puede unir con otra en este momento. No se cambió nada.',
    next: 'Revisa desde tu cuenta cómo se puede entrar a ella. Si no es lo que esperabas, pide ayuda con esta referencia.',
  }),
  merge_running: () => ({
    title: 'Algo cambió al mismo tiempo',
    happened: 'Mientras uníamos tus cuentas, una de ellas cambió. No se unieron.',
    next: 'Espera un momento y vuelve a intentarlo.',
  }),
  preview_changed: () => ({
    title: 'Ya no es lo mismo que viste',
    happened: 'Una de tus cuentas cambió después de que te mostramos cómo quedarían. No se unieron.',
    next: 'Revisa otra vez cómo quedarían y confirma.',
  }),

  ...campusRefusals,
};
