/**
 * What the pages of a test of a provider say, in Spanish. Operators read them, and whoever they ask to try it.
 */

export const providerTest = {
  invitation: {
    title: (provider: string) => `Probar ${provider}`,
    intro: 'Vas a pasar por el servicio como cualquier persona, solo para ver si funciona.',
    nothing: 'No se crea una cuenta, no se abre ni se cierra ninguna sesión y no se guarda ninguna contraseña.',
    shown:
      'Lo que el servicio diga de ti se muestra aquí y en la terminal donde empezó la prueba. Se borra en menos de una hora.',
    label: 'Código que muestra la terminal',
    help: 'Son 12 letras y números. Sirve una vez, durante 10 minutos.',
    wrong: 'Ese no es el código. Revisa el que muestra la terminal.',
    submit: 'Empezar la prueba',
    goOn: (provider: string) => `Ir a ${provider}`,
  },
  report: {
    title: (provider: string) => `Prueba de ${provider}`,
    summary: {
      good: 'Funciona de principio a fin.',
      unsure: 'Funciona, pero falta algo por revisar.',
      bad: 'No llegó al final: abajo está dónde y por qué.',
    },
    after: 'Nadie entró y nada cambió. Para probar otra vez, repite el comando.',
    verdicts: { good: 'Bien', unsure: 'Por revisar', bad: 'Falló' },
    steps: {
      departure: 'Ida al servicio',
      return: 'Regreso del servicio',
      claims: 'Lo que dijo el servicio',
      profile: 'Lo que entendimos',
      decision: 'Lo que pasaría',
    },
    sentTo: 'El navegador se mandó a:',
    ownForm: 'Se mostró un formulario nuestro.',
    broughtBack: 'El navegador trajo:',
    broughtNothing: 'El navegador no trajo nada.',
    seeData: {
      claims: 'Ver lo que dijo',
      profile: 'Ver lo que entendimos',
    },
    hidden: 'Donde dice ••• hay algo que no se debe ver, como un código o un token.',
    would: {
      use: 'Entraría a la cuenta que ya tiene.',
      create: 'Se le haría una cuenta nueva.',
      ask: 'Se le preguntaría algo antes de seguir.',
      deny: 'No se le dejaría entrar.',
      conflict: 'No se le dejaría entrar hasta que soporte decida cuál de varias cuentas es la suya.',
    },
    known: 'Ya hay una cuenta de esta persona.',
    unknown: 'Todavía no hay una cuenta de esta persona.',
    rules: 'Ver las reglas y lo que dijo cada una',
    peopleRead: 'La persona leería:',
    code: 'Código',
    detail: 'Detalle',
    advice: 'Qué hacer',
  },
};
