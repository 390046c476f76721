/**
 * What people read when they delete their account, in Spanish.
 */

export const deletion = {
  link: 'Eliminar mi cuenta',
  title: '¿Eliminar tu cuenta?',
  at: {
    later: (date: string) => `Se elimina el ${date}.`,
    now: 'Se elimina ahora mismo. No se puede deshacer.',
  },
  heading: { now: 'Qué pasa ahora', before: 'Hasta ese día', goes: 'Qué se borra', stays: 'Qué se queda' },
  now: [
    'Se cierran todas tus sesiones, también esta.',
    'Tus cursos y aplicaciones dejan de recibir tus datos, y les avisamos.',
    'Te escribimos a los correos que confirmaste.',
  ],
  nowForGuest: ['Se cierra esta sesión.', 'Les avisamos a los cursos y aplicaciones en los que entraste.'],
  before: [
    'No se puede usar la cuenta para nada.',
    'Si cambias de opinión, entra como siempre y elige conservarla: queda como estaba.',
  ],
  goes: [
    'Tu nombre, fecha de nacimiento, teléfono, CURP y lo que nos contaste.',
    'Tus correos, formas de entrar y contraseña. Después puedes abrir otra cuenta con ellos.',
    'Las cuentas que uniste con esta. Ya no se podrán separar.',
  ],
  stays: [
    'Un registro de lo que pasó con la cuenta, con números y fechas, sin tus datos.',
    'Tu nombre de usuario, en una forma que nadie puede leer, y tus identificadores, para que nunca sean de otra persona.',
    'Copias de seguridad, hasta que quien administra este sitio las reemplaza, y lo que la ley le obliga a guardar.',
    'Lo que hiciste en tus cursos: lo guarda cada curso. Pídele a cada uno que lo borre.',
  ],
  download: 'Antes puedes descargar tus datos',
  understood: 'Entiendo que mi cuenta y mis datos se van a borrar',
  needsUnderstood: 'Marca la casilla si quieres eliminar tu cuenta.',
  submit: 'Eliminar mi cuenta',
  done: {
    title: { later: 'Tu cuenta se va a eliminar', now: 'Tu cuenta se eliminó' },
    intro: { later: 'Ya cerramos todas tus sesiones.', now: 'Tus datos se borraron y cerramos todas tus sesiones.' },
    deletedOn: 'Se elimina el',
    keep: 'Si cambias de opinión, entra antes y elige conservarla.',
    home: 'Ir al inicio',
  },
};
