/**
 * What people read when a launch from a campus is refused, and apps that send it scores, in Spanish.
 */
import type { RefusalText } from '../refusal-text.ts';

export const campusRefusals = {
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
    next: 'Entra directamente al sitio del curso, como siempre. Si ibas a revisar una entrega, abre antes el enlace de una actividad de tu curso.',
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
    happened: 'No iniciamos ninguna sesión. Si ya había una abierta en este navegador, sigue abierta.',
    next: 'Para entrar desde tu campus, revisa que ahí estés con tu cuenta y abre el enlace otra vez.',
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
    next: 'Di cuál con el curso y el campus (“context” y “deployment_id”): están en “links”.',
  }),
  score_differs: () => ({
    title: 'Ya hay otra calificación de ese momento',
    happened: 'Ya recibimos una calificación de la misma persona, el mismo enlace y la misma hora, y dice otra cosa.',
    next: 'Envía una calificación nueva con una hora posterior.',
  }),
  members_unknown: () => ({
    title: 'No hay lista de ese curso',
    happened: 'Nadie llegó de ese curso a esta aplicación, o su campus no ofrece la lista de quienes están en él.',
    next: 'Revisa el curso y el campus (“context_id” y “deployment_id”). Si alguien abre otra vez un enlace del curso, puede cambiar.',
  }),
  members_page_ended: () => ({
    title: 'Esa página de la lista ya no sirve',
    happened: 'Cada página se puede pedir durante quince minutos, para el mismo curso y la misma aplicación.',
    next: 'Empieza la lista desde el principio.',
  }),
  campus_refused: () => ({
    title: 'El campus no lo permite',
    happened: 'Se lo preguntamos al campus y dijo que no. El motivo está en “reason”.',
    next: 'Muéstrale el motivo a quien administra este sitio: se arregla aquí o en el campus.',
  }),
  campus_unavailable: () => ({
    title: 'El campus no responde',
    happened: 'Se lo preguntamos al campus y no respondió, o no como debe. El motivo está en “reason”.',
    next: 'Inténtalo más tarde.',
  }),
  campus_busy: () => ({
    title: 'El campus pide menos preguntas',
    happened: 'El campus no quiere que le preguntemos tan seguido.',
    next: 'Espera un minuto o más antes de intentarlo otra vez.',
  }),
} as const satisfies { readonly [code: string]: () => RefusalText };
