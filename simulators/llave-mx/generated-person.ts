/**
 * As many different people as a load test needs, each the same every time it is asked for.
 *
 * Never random: a run that failed must be repeatable from its number.
 */

import { completeCurp } from './curp.ts';
import type { ConsentingPerson } from './person.ts';

const consonants = 'BCDFGHJKLMNPQRSTVWXYZ';
const days = 10_000;
const millisecondsPerDay = 86_400_000;

/**
 * The person of that number: a national with a verified e-mail address and a CURP that no other number has.
 *
 * @param number a whole number from 0 to 92,609,999: as many CURPs as birthdays and consonants give.
 * @throws RangeError outside of that range.
 */
export function generatedPerson(number: number): ConsentingPerson {
  if (!Number.isInteger(number) || number < 0 || number >= days * consonants.length ** 3) {
    throw new RangeError('There is no generated person of that number.');
  }
  // 10,000 days from 1970 end in May 1997: every birthday is before 2000, where the homonym character is a digit.
  const birthDate = new Date((number % days) * millisecondsPerDay).toISOString().slice(0, 10);
  const curp = completeCurp(
    `GEPX${birthDate.slice(2).replaceAll('-', '')}HDF${threeConsonants(Math.floor(number / days))}0`,
  );
  return {
    slug: `generada-${number}`,
    name: `Persona Generada ${number}`,
    special: { es: 'Persona generada.', en: 'Generated person.' },
    answer: 'consents',
    userData: {
      idUsuario: 1_000_000_000 + number,
      curp,
      login: curp,
      correo: `persona.${number}@example.com`,
      nombre: 'Persona',
      primerApellido: 'Generada',
      segundoApellido: String(number),
      telVigente: String(5_500_000_000 + number),
      fechaNacimiento: birthDate,
      sexo: 'H',
      correoVerificado: true,
      telefonoVerificado: true,
      esExtranjero: false,
      cuentaBasica: false,
      cuentaVerificada: true,
      tieneFirmaMX: false,
      domicilio: null,
    },
    roles: { codeResponse: 101, roles: [] },
    expiry: 'expiresIn-seconds',
    errors: 'http-status',
  };
}

function threeConsonants(number: number): string {
  const base = consonants.length;
  return [Math.floor(number / base ** 2), Math.floor(number / base), number]
    .map((value) => consonants.charAt(value % base))
    .join('');
}
