/**
 * What people are asked whom a campus sent here, in Spanish.
 */

export const launch = {
  atCampus: (campus: string) => `En ${campus}`,
  address: 'Correo que envía',
  account: 'Tu cuenta aquí',
  signedInAs: 'Con sesión iniciada aquí',
  unnamed: 'Alguien sin nombre',
  signIn: {
    title: 'Entra una vez a tu cuenta',
    intro: (campus: string) =>
      `Es la primera vez que llegas desde ${campus}. Entra a la cuenta de aquí que tiene este correo confirmado, y te preguntamos si las unimos.`,
    lacks: 'La cuenta con la que estás no tiene ese correo confirmado.',
    none: 'Si todavía no tienes una, créala primero en el sitio del curso y abre el enlace otra vez.',
    action: 'Entrar a mi cuenta',
  },
  link: {
    title: '¿Usar tu cuenta de aquí?',
    intro: (campus: string) => `Es la primera vez que llegas desde ${campus}. Revisa que las dos cosas sean tuyas.`,
    warning: (campus: string) =>
      `Si aceptas, quien entre a ${campus} con esa cuenta entra también a tu cuenta de aquí. Si no abriste el enlace de un curso, no aceptes.`,
    yes: 'Sí, las dos son mías',
    fresh: 'Crear otra cuenta',
    no: 'No aceptar',
  },
  continuing: {
    title: '¿Eres tú?',
    intro: (campus: string) =>
      `Llegas desde ${campus} como esta persona. Si no eres tú, o no abriste el enlace de un curso, no sigas: lo que hagas quedaría en su cuenta.`,
    fresh: 'Todavía no tiene cuenta aquí: se crea una.',
    go: (name: string | null) => (name === null ? 'Soy yo: continuar' : `Soy ${name}: continuar`),
    no: 'No soy yo',
  },
  switching: {
    title: 'Hay otra sesión abierta aquí',
    intro: (campus: string) => `El enlace de ${campus} es para otra persona que la que tiene sesión en este navegador.`,
    fresh: 'Todavía no tiene cuenta aquí: se crea una.',
    stay: (name: string) => `Seguir como ${name}`,
    go: (name: string | null) => `Cerrar esa sesión y entrar como ${name ?? 'la otra persona'}`,
  },
};
