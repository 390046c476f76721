/**
 * What our own ways of signing in say, in Spanish: by e-mail, with a password, as a guest.
 */

export const email = {
  addressLabel: 'Correo electrónico',
  send: 'Enviar el código',
  otherWays: 'Entrar de otra forma',
  address: {
    'sign-in': {
      title: 'Entra con tu correo',
      intro: 'Escribe tu correo. Te enviamos un código y un enlace para entrar; no necesitas contraseña.',
    },
    'choose-password': {
      title: 'Elige una contraseña',
      intro: 'Escribe tu correo. Te enviamos un código para confirmar que es tuyo, y después eliges la contraseña.',
    },
    'verify-address': {
      title: 'Confirma tu correo',
      intro: 'Escribe tu correo. Te enviamos un código para confirmar que es tuyo.',
    },
  },
  addressFaults: {
    address_unusable: 'Así no podemos enviarte correo. Revisa que la dirección esté completa, como ana@ejemplo.mx.',
    address_not_allowed: 'Aquí no se puede entrar con una dirección de ese dominio. Usa la de tu institución.',
    too_many_mails: 'Ya enviamos varios códigos a esa dirección. Espera una hora, o entra de otra forma.',
    used_elsewhere: 'Abriste el enlace en otro navegador y seguiste ahí. Para entrar también aquí, pide otro código.',
    expired: 'Ese enlace ya se usó o venció. Pide uno nuevo.',
  },
  code: {
    title: 'Revisa tu correo',
    sent: 'Enviamos un código a',
    linkToo: 'También puedes abrir el enlace del correo en este navegador: esta página avanza sola.',
    label: 'Código de 6 dígitos',
    help: 'Sirve durante 10 minutos. Si no lo ves, busca en «No deseado».',
    submit: 'Continuar',
    opened: 'Ya abrí el enlace',
    resend: 'Enviar otro código',
    change: 'Cambiar la dirección',
    faults: {
      wrong_code: 'Ese código no sirve. Revisa el del último correo, o pide otro.',
      too_soon: 'Acabamos de enviarte uno. Espera un minuto antes de pedir otro.',
      too_many_mails: 'Ya enviamos varios códigos a esa dirección. Usa el último, o espera una hora.',
    },
  },
  link: {
    title: {
      'sign-in': '¿Quieres entrar?',
      'choose-password': '¿Quieres elegir una contraseña?',
      'verify-address': '¿Este correo es tuyo?',
    },
    forAddress: {
      'sign-in': 'Vas a entrar con el correo',
      'choose-password': 'Vas a elegir la contraseña de la cuenta con el correo',
      'verify-address': 'Vas a confirmar el correo',
    },
    // The hour ends in "a.m.": nothing that ends in a full stop may stand before one.
    askedAt: (time: string) => `El ${time} se pidió este correo.`,
    askedFrom: (device: string, time: string) => `El ${time} se pidió este correo, desde ${device}.`,
    notYou: 'Si no fuiste tú, cierra esta página: no pasa nada.',
    elsewhere:
      'No es el navegador donde empezaste. Para seguir allá, regresa y escribe ahí el código de 6 dígitos del correo. Si quieres seguir aquí, usa el botón.',
    codeOnly: 'No es el navegador donde empezaste. Regresa allá y escribe el código de 6 dígitos del correo.',
    signedInAs: (person: string) => `En este navegador ya entró ${person}. Si continúas, se cierra esa sesión.`,
    goOn: 'Sí, continuar',
    goOnHere: 'Continuar en este navegador',
  },
  linkDone: {
    title: 'Listo, es tu correo',
    intro: 'Regresa a la pestaña donde empezaste: avanza sola. Esta ya la puedes cerrar.',
    closed: 'Si cerraste la otra, continúa aquí.',
    goOn: 'Continuar aquí',
  },
};

export const password = {
  title: 'Entra con tu contraseña',
  login: 'Correo electrónico o nombre de usuario',
  label: 'Contraseña',
  wrong: 'Esos datos no coinciden. Revísalos, o elige una contraseña nueva.',
  submit: 'Entrar',
  forgot: 'No tengo contraseña, o la olvidé',
};

export const newPassword = {
  title: 'Elige tu contraseña',
  intro: 'Elige una contraseña que no uses en ningún otro sitio.',
  label: 'Contraseña nueva',
  help: (minimum: number) =>
    `Al menos ${minimum} caracteres. Lo más fácil es una frase de varias palabras; los espacios cuentan.`,
  effect: 'Al guardarla se cierran tus sesiones en otros dispositivos.',
  submit: 'Guardar la contraseña',
};

/** What to do about each fault of a password, by its code. Several may be told at once, each by itself. */
export const passwordFaults = {
  missing: 'Escribe una contraseña.',
  malformed: 'Tiene un carácter que no se puede usar. Escríbela de nuevo con el teclado.',
  too_long: (limit: number) => `Es demasiado larga: usa ${limit} caracteres o menos.`,
  too_short: (limit: number) =>
    `Es muy corta: usa ${limit} caracteres o más. Una frase de varias palabras es fácil de recordar.`,
  unknown_characters: 'Tiene un carácter muy nuevo que todavía no reconocemos. Usa otro en su lugar.',
  too_common:
    'Mucha gente usa una parecida y sería de las primeras en probarse. Junta varias palabras que no tengan que ver entre sí.',
  personal:
    'Contiene datos tuyos o de este sitio, como tu nombre o tu correo. Usa palabras que nadie relacione contigo.',
  in_order: 'Sigue el orden de los números, de las letras o del teclado. Usa palabras o caracteres sin ese orden.',
  repetitive: 'Repite lo mismo una y otra vez. Agrega palabras distintas.',
  unchanged: 'Es la que ya tienes. Elige otra.',
};

export const guest = {
  title: (place: string) => `Entrar a ${place} sin cuenta`,
  intro: 'Puedes empezar ahora y decidir después. Tu avance se guarda en este navegador.',
  later: 'Para no perderlo, agrega tu correo u otra forma de entrar cuando quieras.',
  submit: 'Entrar como invitado',
};
