/**
 * What people read when something is refused, in Spanish.
 */
import type { ErrorCode } from '../../errors.ts';

/** What a refusal says: what happened, and what the person can do now. Whom to ask is said the same way for all. */
export interface RefusalText {
  readonly title: string;
  readonly happened: string;
  readonly next: string;
}

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
    next: 'Prueba otra forma de entrar, o regresa y sigue sin una cuenta anterior.',
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

  launch_anonymous: () => ({
    title: 'Tu campus no dijo quién eres',
    happened: 'El enlace del curso se abrió sin una persona con nombre, y así no podemos iniciar tu sesión.',
    next: 'Entra a tu campus con tu cuenta y abre el enlace otra vez, o entra directamente al sitio del curso.',
  }),
  launch_unavailable: () => ({
    title: 'Ese campus ya no está conectado',
    happened: 'No aceptamos enlaces de ese campus en este momento. No se cambió nada.',
    next: 'Entra directamente al sitio del curso, o avisa a quien administra tu campus.',
  }),
  launch_target_unknown: () => ({
    title: 'El enlace lleva a un lugar que no conocemos',
    happened: 'La dirección que pide el enlace no es de un sitio conectado con tu campus. No se cambió nada.',
    next: 'Avisa a quien preparó el curso en tu campus: puede corregir el enlace.',
  }),
  launch_not_linked: () => ({
    title: 'Tu cuenta del campus no está unida a una de aquí',
    happened: 'No se inició sesión y no se unió nada.',
    next: 'Abre primero el enlace de una actividad de tu curso, o entra directamente al sitio del curso.',
  }),
  launch_address_missing: () => ({
    title: 'Tu campus no envió tu correo',
    happened: 'Sin él no podemos saber a qué cuenta de aquí corresponde. No se unió nada.',
    next: 'Pide en tu campus que el enlace comparta tu correo, o entra directamente al sitio del curso.',
  }),
  launch_address_differs: () => ({
    title: 'Esa cuenta no tiene el correo de tu campus',
    happened: 'La cuenta a la que entraste no tiene confirmado el correo que envía tu campus. No se unió nada.',
    next: 'Agrega ese correo en tu cuenta y abre el enlace otra vez.',
  }),
  launch_account_guarded: () => ({
    title: 'Esa cuenta no se puede unir por correo',
    happened: 'Por seguridad, a esa cuenta no se llega con el correo que envía un campus. No se cambió nada.',
    next: 'Entra como siempre, o pide ayuda.',
  }),
  launch_declined: () => ({
    title: 'Todo quedó como estaba',
    happened: 'Sigue abierta la sesión que ya estaba en este navegador.',
    next: 'Para entrar como la otra persona, vuelve al campus y abre el enlace otra vez.',
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

  lti_launch_malformed: () => ({
    title: 'Tu campus no mandó lo que hace falta',
    happened:
      'Al enlace de tu curso le faltan datos, o los trae de una forma que no podemos leer. No usamos nada de él.',
    next: 'Regresa a tu curso y abre el enlace otra vez. Si vuelve a pasar, avísale a quien lo puso.',
  }),
  lti_launch_unverified: () => ({
    title: 'No pudimos comprobar que vienes de tu campus',
    happened:
      'La firma con la que tu campus responde por ti no es válida, así que no la usamos. Tu cuenta sigue como estaba.',
    next: 'Regresa a tu curso y abre el enlace otra vez. Si vuelve a pasar, avísale a la gente de tu campus.',
  }),
  lti_launch_expired: () => ({
    title: 'El enlace de tu curso ya venció',
    happened: 'Cada vez que abres el enlace sirve unos minutos nada más. Tu cuenta sigue como estaba.',
    next: 'Regresa a tu curso y abre el enlace otra vez. Si vuelve a pasar, avísale a la gente de tu campus.',
  }),
  lti_launch_replayed: () => ({
    title: 'Esta entrada desde tu curso ya se había usado',
    happened:
      'Cada vez que abres el enlace sirve para entrar una sola vez. Pasa al recargar la página o al dar dos clics.',
    next: 'Si ya entraste, sigue en esa página. Si no, regresa a tu curso y abre el enlace otra vez.',
  }),
  lti_launch_other_browser: () => ({
    title: 'Esta entrada empezó en otro navegador',
    happened:
      'Para que nadie te haga entrar con la cuenta de otra persona, se termina en el navegador donde se empezó. También pasa cuando tu navegador no guarda cookies.',
    next: 'Regresa a tu curso y abre el enlace otra vez, de preferencia en una ventana nueva.',
  }),
  lti_message_unsupported: () => ({
    title: 'Tu campus pide algo que aquí no hay',
    happened: 'El enlace no es para entrar a un curso, sino para otra cosa que este sitio no ofrece.',
    next: 'Regresa a tu curso y avísale a quien puso el enlace.',
  }),
  lti_platform_unknown: () => ({
    title: 'No conocemos ese campus',
    happened: 'El enlace viene de un campus que no está dado de alta en este sitio, o no dice de cuál viene.',
    next: 'Avísale a la gente de tu campus: tiene que darse de alta aquí primero.',
  }),
  lti_platform_disabled: () => ({
    title: 'Por ahora no se puede entrar desde tu campus',
    happened: 'Quien administra este sitio tiene cerrada la entrada desde ahí.',
    next: 'Si también entras de otra forma, úsala. Si no, pregunta a la gente de tu campus.',
  }),
  lti_deployment_unknown: () => ({
    title: 'Esa instalación de tu campus no está dada de alta',
    happened: 'Conocemos la plataforma, pero no el lugar de ella desde donde vienes.',
    next: 'Avísale a la gente de tu campus: tiene que dar de alta esta instalación.',
  }),
  lti_platform_refused: () => ({
    title: 'Tu campus no dijo quién eres',
    happened:
      'Le preguntamos y no quiso responder. Casi siempre es porque allá se cerró tu sesión, o porque tu navegador no la deja ver dentro de otra página.',
    next: 'Entra de nuevo a tu campus y abre el enlace de tu curso en una ventana nueva.',
  }),
  deep_link_unusable: () => ({
    title: 'Esta página para elegir ya no sirve',
    happened:
      'Sirve diez minutos y para una sola respuesta, en el navegador donde se abrió y con la misma persona. No se agregó nada desde aquí.',
    next: 'Si tu curso ya tiene lo que elegiste, no hace falta más. Si no, cierra esta página y agrégalo otra vez desde tu curso.',
  }),
  lti_platform_pending: () => ({
    title: 'Tu campus todavía espera a que lo aprueben',
    happened:
      'Ya se registró en este sitio, pero quien lo administra aún no lo revisa. Mientras tanto nadie entra desde ahí.',
    next: 'Inténtalo más tarde. Si sigue igual, avísale a la gente de tu campus.',
  }),
  lti_invitation_invalid: () => ({
    title: 'Esta invitación no sirve',
    happened:
      'Cada invitación registra un campus una sola vez y tiene fecha de vencimiento. Esta ya se usó, ya venció o está incompleta.',
    next: 'Pide otra a quien administra este sitio y pega la dirección completa en tu campus.',
  }),
  lti_registration_refused: () => ({
    title: 'No pudimos aceptar lo que tu campus dice de sí mismo',
    happened:
      'Sus direcciones no concuerdan entre sí, no son seguras, o falta alguna. No se registró nada y la invitación sigue sirviendo.',
    next: 'Empieza otra vez desde la administración de tu campus. Si vuelve a pasar, mándale el número de referencia a quien administra este sitio: el registro también se puede hacer a mano.',
  }),
  lti_registration_failed: () => ({
    title: 'Tu campus no terminó el registro',
    happened: 'Le pedimos que nos diera de alta y no respondió, o dijo que no. La invitación sigue sirviendo.',
    next: 'Empieza otra vez desde la administración de tu campus. Casi siempre basta con eso, porque allá cada intento dura poco.',
  }),
  lti_registration_known: () => ({
    title: 'Ese campus ya está registrado aquí',
    happened:
      'Un registro con la misma dirección y el mismo identificador ya existe o está esperando aprobación. No cambiamos nada.',
    next: 'Si hay que corregirlo, avísale a quien administra este sitio.',
  }),
  api_token_invalid: () => ({
    title: 'No reconocemos a la aplicación',
    happened: 'No hay token, o no es de la aplicación misma, o ya terminó.',
    next: 'Consigue uno nuevo: con las credenciales de cliente de la aplicación, o con quien administra este sitio.',
  }),
  api_scope_missing: () => ({
    title: 'La aplicación no puede hacer esto',
    happened: 'El token, o la aplicación, no tiene el permiso (scope) que hace falta.',
    next: 'Quien administra este sitio se lo da a la aplicación, y el token se pide con él.',
  }),
  score_user_unknown: () => ({
    title: 'La aplicación no conoce a nadie con ese nombre',
    happened: 'Ninguna cuenta abierta tiene ese “sub” para la aplicación.',
    next: 'Manda “sub” tal como la aplicación lo recibió.',
  }),
  score_place_unknown: () => ({
    title: 'Ningún campus recibe calificaciones para esto',
    happened:
      'La persona nunca llegó de un campus por este enlace a esta aplicación, o el campus no recibe calificaciones para él.',
    next: 'Revisa el enlace y el curso. La persona puede abrir otra vez el enlace en su campus.',
  }),
  score_place_ambiguous: () => ({
    title: 'Puede tratarse de más de una actividad',
    happened: 'La persona llegó por enlaces con este nombre desde varios cursos o campus.',
    next: 'Di cuál con el curso, el registro o la instalación: están en “links”.',
  }),
  score_differs: () => ({
    title: 'Ya hay otra calificación de ese momento',
    happened: 'Ya recibimos una calificación de la misma persona, el mismo enlace y la misma hora, y dice otra cosa.',
    next: 'Envía una calificación nueva con una hora posterior.',
  }),
};
