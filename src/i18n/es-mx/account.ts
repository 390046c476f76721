/**
 * What people read at their own account, in Spanish.
 */

export const account = {
  title: 'Tu cuenta',
  back: 'Tu cuenta',
  nameHeading: 'Nombre',
  unnamed: 'Todavía no tenemos tu nombre.',
  phone: 'Teléfono',
  endsIn: (digits: string) => `Termina en ${digits}`,
  username: 'Nombre de usuario',
  curp: 'CURP',
  institution: (namespace: string) => `Matrícula o clave (${namespace})`,
  fromProvider: (name: string) => `De ${name}`,
  fromImport: 'De tu cuenta anterior',
  fromYou: 'Nos lo dijiste tú',
  rolesHeading: 'Tus roles',
  rolesIntro: 'Así te describen otros sistemas. Aquí no dan permisos.',
  guest: {
    title: 'Estás como invitado',
    text: 'Tu avance está solo en este navegador. Para conservarlo, entra con una cuenta o da tu correo.',
    keep: 'Conservar mi avance',
  },
  emailsHeading: 'Correos electrónicos',
  noEmails: 'No hay ningún correo en tu cuenta.',
  verified: 'Verificado',
  unverified: 'Sin verificar',
  primary: 'Principal',
  identitiesHeading: 'Formas de entrar',
  since: 'Agregada el',
  lastUsed: 'Último uso:',
  identityVerified: 'Identidad verificada el',
  moreHeading: 'Más de tu cuenta',
  manageIdentities: 'Conectar o quitar formas de entrar',
  manageEmails: 'Agregar o quitar correos',
  managePassword: 'Contraseña',
  manageSessions: 'Sesiones abiertas',
  manageApps: 'Aplicaciones conectadas',
  manageData: 'Descargar tus datos o eliminar tu cuenta',
  signOut: 'Cerrar sesión',
};

export const accountIdentities = {
  title: 'Formas de entrar',
  intro: 'Con cualquiera de estas llegas a la misma cuenta.',
  brought: 'Correos que trajo:',
  off: 'Ahora no se puede entrar con ella',
  withAddress: 'Se quita junto con ese correo.',
  connect: 'Conectar otra',
  disconnect: 'Quitar',
  disconnectNamed: (provider: string) => `Quitar ${provider}`,
  changePassword: 'Cambiarla o quitarla',
  campusAgain: {
    title: 'Entra otra vez desde tu campus',
    intro: 'Para esto hace falta haber entrado hace menos de diez minutos. A tu cuenta se entra solo desde aquí:',
    steps: [
      'Cierra tu sesión con el botón de abajo.',
      'Ve a tu campus y abre otra vez tu curso desde su enlace.',
      'Regresa a tu cuenta aquí antes de diez minutos.',
    ],
    nextTime: 'Si entonces conectas otra forma de entrar, o confirmas un correo, ya no tendrás que hacer esto.',
    signOut: 'Cerrar sesión',
  },
  confirm: {
    title: (provider: string) => `¿Quitar ${provider} de tus formas de entrar?`,
    effects: [
      'Ya no podrás entrar con ella.',
      'Se cierran las demás sesiones que empezaron con ella.',
      'Tu nombre, tus correos y tu avance se quedan.',
      'Te avisamos por correo.',
    ],
    yes: 'Quitar',
    no: 'No quitarla',
  },
  last: {
    title: 'No te queda otra forma de entrar',
    intro: (provider: string) => `Si quitas ${provider}, ya no podrías entrar a tu cuenta.`,
    next: 'Antes conecta otra forma de entrar, o agrega un correo y confírmalo.',
    addEmail: 'Agregar un correo',
  },
  refused: {
    title: (provider: string) => `No se puede quitar ${provider}`,
    intro: 'Las reglas de este sitio no lo permiten ahora.',
  },
};

export const accountEmails = {
  title: 'Correos electrónicos',
  intro: 'A los que confirmaste te avisamos de cada cambio importante. El principal es el que ven tus cursos.',
  by: {
    provider: (name: string, date: string) => `Lo confirmó ${name} el ${date}`,
    llavero: (date: string) => `Lo confirmaste con un código el ${date}`,
    import: (date: string) => `Venía confirmado de tu cuenta anterior, el ${date}`,
  },
  nobody: 'Nadie ha confirmado que es tuyo.',
  add: 'Agregar un correo',
  verify: 'Confirmar',
  makePrimary: 'Hacer principal',
  remove: 'Quitar',
  primaryStays: 'Para quitarlo, haz principal otro antes.',
  noMail: 'Por ahora no podemos enviar correos, así que no se puede agregar ni confirmar ninguno.',
  confirm: {
    title: '¿Confirmar este correo?',
    intro: 'Te enviamos un código. Cuando lo escribas:',
    verified: 'Este correo queda confirmado como tuyo.',
    sessions: 'Se cierran tus sesiones en otros navegadores.',
    ends: (provider: string) =>
      `Se quita ${provider}: se agregó antes de que alguien confirmara un correo. Si es tuya, después la conectas otra vez.`,
    notice: 'Te avisamos por correo.',
    send: 'Enviar el código',
  },
  removal: {
    title: '¿Quitar este correo?',
    effects: [
      'Ya no podrás entrar ni recuperar tu cuenta con él.',
      'Si lo usa otra persona, podrá ponerlo en su cuenta.',
      'Te avisamos también a ese correo.',
    ],
    yes: 'Quitar',
    no: 'No quitarlo',
  },
  last: {
    title: 'Es tu única forma de entrar',
    intro: 'Si quitas este correo, ya no podrías entrar a tu cuenta.',
    next: 'Antes conecta otra forma de entrar, o agrega otro correo y confírmalo.',
  },
};

export const accountPassword = {
  title: 'Contraseña',
  none: 'Tu cuenta no tiene contraseña.',
  since: (date: string) => `La elegiste el ${date}.`,
  byMail: 'Te enviamos un código a este correo, y después eliges la nueva:',
  byCurrent: 'Acabas de entrar con tu contraseña, así que no hace falta ningún código.',
  choose: 'Elegir una contraseña',
  change: 'Cambiar la contraseña',
  remove: 'Quitar la contraseña',
  notOffered: 'En este sitio no se usan contraseñas.',
  needsAddress: 'Para elegir una, primero confirma un correo.',
  toEmails: 'Ver mis correos',
  needsCurrent: 'Para cambiarla, entra antes otra vez con la que tienes.',
  signInAgain: 'Entrar otra vez',
  noMail: 'Por ahora no podemos enviar correos, así que no se puede elegir una.',
};

export const accountSessions = {
  title: 'Sesiones abiertas',
  intro: 'En estos navegadores tu cuenta está abierta. Si no reconoces alguno, ciérralo y revisa tus formas de entrar.',
  unknownDevice: 'Navegador que no se identificó',
  current: 'Esta sesión',
  provider: (name: string) => `Se entró con ${name}`,
  begun: 'Empezó el',
  lastUsed: 'Último uso:',
  sameNetwork: 'Desde la red en la que estás ahora',
  otherNetwork: 'Desde otra red',
  end: 'Cerrar',
  endNamed: (device: string) => `Cerrar ${device}`,
  endOthers: 'Cerrar todas las demás',
  noOthers: 'No está abierta en ningún otro navegador.',
};

export const accountApps = {
  title: 'Aplicaciones conectadas',
  intro: 'Sitios en los que entraste con tu cuenta, y lo que reciben de ella.',
  none: 'Por ahora no hay ninguna.',
  since: 'Desde el',
  nothing: 'Solo un identificador, sin tus datos.',
  revoke: 'Desconectar',
  revokeNamed: (app: string) => `Desconectar ${app}`,
  asksAgain: 'Si la desconectas deja de recibir tus datos, y la próxima vez te preguntamos de nuevo.',
  byOperator:
    'La conecta quien administra este sitio. Si la desconectas deja de recibir tus datos hasta que entres ahí otra vez.',
};

export const accountData = {
  title: 'Tus datos',
  intro: 'Descarga un archivo JSON con todo lo que guardamos de ti:',
  parts: {
    account: 'Tu cuenta: nombre de usuario, nombre, fecha de nacimiento, teléfono y lo que nos contaste.',
    addresses: 'Tus correos, y quién confirmó cada uno y cuándo.',
    ways_to_sign_in: 'Tus formas de entrar, con lo que dijo de ti cada servicio.',
    identifiers: 'Identificadores oficiales, como tu CURP o tu matrícula.',
    agreements: 'Los términos que aceptaste, y cuándo.',
    apps: 'Las aplicaciones que te conocen, y con qué identificador.',
    learning_platforms:
      'Tu cuenta en las plataformas de cursos con las que trabajamos: cómo te llamas ahí y si todo salió bien.',
    grades:
      'Las actividades de tu campus que abriste: a dónde van sus calificaciones, y las que te dieron las aplicaciones en el último mes. Lo que tu campus ya recibió lo guarda tu campus.',
    app_tokens:
      'Los tokens con los que un programa de una aplicación nos pregunta por ti: para qué, hasta cuándo y cuándo los usó.',
    sessions: 'Las sesiones abiertas: navegador y horas.',
    launches: 'Lo que dijo tu campus cuando te mandó aquí en esas sesiones: tus roles, el curso y la actividad.',
    merges: 'Las cuentas que se unieron con la tuya.',
    events: 'El registro de lo que pasó con tu cuenta: cuándo se entró y qué cambió.',
  },
  careful: 'No lo dejes en un equipo compartido. Contraseñas y claves no van en él.',
  submit: 'Descargar mis datos',
};

export const accountUndo = {
  title: '¿Deshacer los cambios?',
  intro: 'Hazlo si tú no cambiaste los correos de tu cuenta. Al deshacerlos:',
  effects: [
    'Este correo vuelve a ser de la cuenta.',
    'Se cierran todas sus sesiones. Si alguien pidió eliminarla, se conserva.',
    'Se quitan los correos, las formas de entrar y las contraseñas que se agregaron en los últimos días. Si alguna era tuya, la agregas otra vez.',
  ],
  submit: 'Deshacer los cambios',
  done: {
    title: 'Tu cuenta está como antes',
    intro: 'Entra con tu correo, y revisa tus formas de entrar y tu contraseña.',
    signIn: 'Entrar',
  },
};
