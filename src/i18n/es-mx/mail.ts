/**
 * What mails say, in Spanish.
 */

export const mail = {
  code: {
    'sign-in': {
      subject: (site: string) => `Tu código para entrar a ${site}`,
      preview: 'Abre este correo para ver tu código.',
      intro: (site: string) => `Este es tu código para entrar a ${site}:`,
      action: 'Entrar',
    },
    'choose-password': {
      subject: (site: string) => `Elige tu contraseña de ${site}`,
      preview: 'Abre este correo para ver el código con el que eliges tu contraseña.',
      intro: (site: string) => `Este es tu código para elegir la contraseña de ${site}:`,
      action: 'Elegir mi contraseña',
    },
    'verify-address': {
      subject: (site: string) => `Confirma tu correo en ${site}`,
      preview: 'Abre este correo para ver el código con el que lo confirmas.',
      intro: (site: string) => `Este es tu código para confirmar tu correo en ${site}:`,
      action: 'Confirmar mi correo',
    },
  },
  use: 'Escríbelo en la página donde lo pediste, o sigue por aquí:',
  validFor: (minutes: number) => `Sirve una sola vez, durante ${minutes} minutos.`,
  when: 'Cuándo',
  device: 'Desde',
  notYou: '¿No fuiste tú?',
  codeNotYou:
    'Entonces no hagas nada: sin el código nadie puede continuar. No se lo des a nadie, aunque te lo pidan a nombre de este sitio.',
  notices: {
    passwordChanged: {
      subject: (product: string) => `Cambió tu contraseña de ${product}`,
      happened: (product: string) => `Se cambió tu contraseña de ${product}.`,
      todo: 'Alguien más puede tener acceso a tu cuenta. Elige otra contraseña cuanto antes.',
    },
    identityLinked: {
      subject: (product: string) => `Nueva forma de entrar a tu cuenta de ${product}`,
      happened: (provider: string) => `Ahora también se puede entrar a tu cuenta con ${provider}.`,
      todo: 'Alguien más puede tener acceso a tu cuenta. Quita esa forma de entrar cuanto antes.',
    },
    identityUnlinked: {
      subject: (product: string) => `Se quitó una forma de entrar a tu cuenta de ${product}`,
      happened: (provider: string) => `Ya no se puede entrar a tu cuenta con ${provider}.`,
      todo: 'Alguien más puede tener acceso a tu cuenta. Revisa cuanto antes cómo se puede entrar a ella.',
    },
    accountGuarded: {
      subject: (product: string) => `No se dejó entrar a tu cuenta de ${product}`,
      happened: (campus: string) =>
        `Alguien llegó desde ${campus} con datos que llevan a tu cuenta. No se le dejó entrar a ella: a una cuenta del personal no se entra desde un campus.`,
      todo: 'Alguien de ese campus puede estar usando tu correo o tu número. Avisa cuanto antes a quien administra este sitio.',
    },
    emailAdded: {
      subject: (product: string) => `Nuevo correo en tu cuenta de ${product}`,
      happened: (address: string) => `Se agregó a tu cuenta el correo ${address}.`,
      todo: 'Alguien más puede tener acceso a tu cuenta. Quita ese correo cuanto antes.',
    },
    unprovedEnded: {
      subject: (product: string) => `Cambió cómo se entra a tu cuenta de ${product}`,
      happened: (product: string) =>
        `Al confirmarse un correo se quitaron de tu cuenta de ${product} las formas de entrar que ya estaban ahí cuando nadie había confirmado ninguno. Las que sean tuyas las puedes conectar otra vez.`,
      todo: 'Alguien más puede tener acceso a tu cuenta. Revisa cuanto antes cómo se puede entrar a ella.',
    },
    emailMadePrimary: {
      subject: (product: string) => `Cambió tu correo principal en ${product}`,
      happened: (address: string) => `Ahora el correo principal de tu cuenta es ${address}.`,
      todo: 'Alguien más puede tener acceso a tu cuenta. Revisa cuanto antes tus correos y cómo se puede entrar a ella.',
    },
    emailRemoved: {
      subject: (product: string) => `Se quitó un correo de tu cuenta de ${product}`,
      happened: (address: string) => `Se quitó de tu cuenta el correo ${address}.`,
      todo: 'Alguien más puede tener acceso a tu cuenta. Revisa cuanto antes tus correos y cómo se puede entrar a ella.',
    },
    emailChangeUndone: {
      subject: (product: string) => `Se deshizo un cambio en tu cuenta de ${product}`,
      happened: (product: string) =>
        `Los correos de tu cuenta de ${product} están como antes, y se cerraron todas sus sesiones. Se quitó lo que se agregó en los últimos días.`,
      todo: 'Alguien más puede estar leyendo tu correo. Cambia la contraseña de tu buzón.',
    },
    accountsMerged: {
      subject: (product: string) => `Dos cuentas de ${product} ahora son una`,
      happened: (product: string) =>
        `Se unieron dos cuentas de ${product}. Con todas sus formas de entrar llegas ahora a la misma cuenta, y lo que había en ambas está en ella.`,
      todo: 'Pide que las vuelvan a separar. Se puede deshacer durante 30 días.',
    },
    accountsUnmerged: {
      subject: (product: string) => `Tus cuentas de ${product} vuelven a ser dos`,
      happened: (product: string) =>
        `Se separaron dos cuentas de ${product} que se habían unido. Cada forma de entrar lleva otra vez a la cuenta de antes, y hay que iniciar sesión de nuevo.`,
      todo: 'Avisa cuanto antes: se pueden volver a unir.',
    },
    deletionRequested: {
      subject: (product: string) => `Tu cuenta de ${product} se va a eliminar`,
      happened: (date: string) =>
        `Se pidió eliminar tu cuenta. Se elimina el ${date}. Si cambias de opinión, entra antes de ese día y elige conservarla.`,
      todo: 'Alguien más puede tener acceso a tu cuenta. Entra, consérvala y revisa cuanto antes cómo se puede entrar a ella.',
    },
    accountCreated: {
      subject: (product: string) => `Tienes una cuenta en ${product}`,
      happened: (product: string) =>
        `Quien administra ${product} creó una cuenta para ti con este correo. Para entrar, elige entrar con contraseña y luego «No tengo contraseña, o la olvidé»: te enviamos un código a este correo.`,
      todo: 'Si no esperabas esta cuenta, avisa a quien administra el sitio, o entra y elimínala.',
    },
    accountKept: {
      subject: (product: string) => `Tu cuenta de ${product} se conserva`,
      happened: (product: string) => `Tu cuenta de ${product} ya no se va a eliminar. Está como antes.`,
      todo: 'Alguien más puede tener acceso a tu cuenta. Revisa cuanto antes cómo se puede entrar a ella.',
    },
    accountDeleted: {
      subject: (product: string) => `Tu cuenta de ${product} se eliminó`,
      happened: (product: string) =>
        `Tu cuenta de ${product} y los datos que guardábamos de ti se eliminaron. No se pueden recuperar. Este es el último correo que te enviamos por ella.`,
      todo: 'Avisa a quien administra este sitio: lo que pasó con la cuenta quedó registrado, sin tus datos.',
    },
  },
  keepAccount: 'Entrar y conservarla',
  toTheSite: 'Ir al sitio',
  undo: {
    action: 'Deshacer el cambio',
    todo: 'Deshazlo con ese botón. Sirve durante siete días, también si alguien quitó este correo de tu cuenta.',
  },
  reviewAccount: 'Revisar mi cuenta',
  help: {
    nobody: 'Si no puedes entrar, pide ayuda a quien administra tu curso.',
    email: (address: string) => `Si no puedes entrar, pide ayuda a ${address}.`,
    page: (name: string) => `Si no puedes entrar, pide ayuda en ${name}.`,
  },
  footer: (product: string) => `Correo automático de ${product}. No hace falta contestarlo.`,
};
