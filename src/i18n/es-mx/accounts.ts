/**
 * What people are asked about their accounts while they sign in, in Spanish.
 */

export const existingAccount = {
  title: {
    certain: 'Ya hay una cuenta con tu correo',
    open: '¿Ya tienes una cuenta aquí?',
  },
  intro: {
    certain: (provider: string) =>
      `Es la primera vez que entras con ${provider}. Si la cuenta es tuya, entra a ella una vez como lo hacías antes y quedan juntas.`,
    open: (provider: string) =>
      `Es la primera vez que entras con ${provider}. Si antes entrabas de otra forma, entra así una vez: sigues con la misma cuenta y tu avance.`,
  },
  address: 'Correo',
  existing: 'Ya tengo cuenta',
  fresh: {
    certain: 'No es mía: crear otra cuenta',
    open: 'Es mi primera vez: crear mi cuenta',
  },
};

export const guestWork = {
  title: '¿Es tuyo este avance?',
  intro: {
    here: (since: string) => `Desde el ${since} hay alguien como invitado en este navegador.`,
    elsewhere: (since: string) =>
      `El correo lo pidió alguien que está como invitado desde el ${since}, en otro navegador.`,
  },
  into: (account: string) => `Si eres tú, lo que hiciste pasa a tu cuenta: ${account}.`,
  becomes: 'Si eres tú, lo que hiciste queda en tu cuenta nueva.',
  otherwise: 'Si no, tu cuenta empieza sin eso.',
  yes: 'Sí, es mío',
  no: 'No es mío',
};

export const guestWorkStays = {
  title: 'Por ahora tu avance se queda con el invitado',
  intro: 'No podemos pasar a tu cuenta lo que hiciste como invitado. Nada se borra: sigue en la cuenta de invitado.',
  guest: 'Cuenta de invitado',
  next: 'Anota su nombre. Si pides ayuda y lo das, pueden revisar cómo pasarlo a tu cuenta.',
  goOn: 'Entrar a mi cuenta',
};

export const keepAccount = {
  title: '¿Conservar tu cuenta?',
  intro: 'Se pidió eliminar tu cuenta. Todavía la puedes conservar.',
  deletedOn: 'Se elimina el',
  keeping: 'Si la conservas, queda como estaba y sigues a donde ibas.',
  leaving: 'Si la dejas así, no inicias sesión, y ese día se elimina.',
  keep: 'Conservar mi cuenta',
  leave: 'Dejar que se elimine',
};
