/**
 * Reads the user data of Llave MX, in every generation of it that has been seen.
 *
 * Implements facts/llave-mx §5, §6 and §9. The subject is not among what this is given. Whatever is missing or odd is
 * left out: nothing here may stop a sign-in.
 */

import { flagOf, isObject, textOf } from '../../json.ts';
import type { Json, JsonObject, ProfilePhone, ProfileRole } from '../../model.ts';
import { type Curp, isGenericCurp, parseCurp } from '../curp.ts';
import { parseBirthDate } from '../dates.ts';
import type { AdditionalAnswers, Mapped } from '../oauth2-definition.ts';
import { parseForeignPhone, parseMexicanPhone } from '../phone.ts';

/** §5, "Kinds of person". A foreigner's account is of that kind however well it is verified. */
type Kind = 'national' | 'foreign_resident' | 'unverified';

export function mapLlaveMxUser(userData: JsonObject, additional: AdditionalAnswers): Mapped {
  const curp = parseCurp(textOf(userData.curp) ?? '');
  return {
    user: {
      emails: [{ address: textOf(userData.correo), claimedVerified: userData.correoVerificado }],
      name: {
        // Llave MX sends no full name, and joining the parts would be a guess about their order.
        full: null,
        given: writtenName(userData.nombre),
        firstSurname: writtenName(userData.primerApellido),
        secondSurname: writtenName(userData.segundoApellido),
      },
      birthDate: parseBirthDate(textOf(userData.fechaNacimiento) ?? ''),
      phone: readPhone(userData),
      identifiers: curp === null ? [] : [{ kind: 'curp', ...identifyingCurp(curp, userData) }],
      roles: readRoles(additional.roles),
      locale: null,
      country: null,
      // Llave MX names no assurance level; its own flags are kept below as what they are.
      assurance: { acr: null, amr: [], authTime: null },
    },
    derived: {
      person_kind: kindOf(curp, userData),
      basic_account: flagOf(userData.cuentaBasica),
      verified_account: flagOf(userData.cuentaVerificada),
      electronic_signature: flagOf(userData.tieneFirmaMX),
      sex: readSex(userData.sexo),
      birth_state: textOf(userData.estadoNacimiento),
      address: readAddress(userData.domicilio),
    },
  };
}

/** As written: the usual reader takes any "NULL" for nothing, and this system writes people called Null in capitals. */
function writtenName(sent: Json | undefined): string | null {
  return typeof sent === 'string' ? sent : null;
}

function kindOf(curp: Curp | null, userData: JsonObject): Kind {
  if (flagOf(userData.esExtranjero)) return 'foreign_resident';
  if (curp !== null && isGenericCurp(curp.value)) return 'foreign_resident';
  if (curp === null && textOf(userData.telefonoExtranjero) !== null) return 'foreign_resident';
  return curp === null || saysUnverified(userData) ? 'unverified' : 'national';
}

/** Only an explicit word: older answers lack both flags, and lacking them says nothing about the account. */
function saysUnverified(userData: JsonObject): boolean {
  return userData.cuentaVerificada === false || flagOf(userData.cuentaBasica);
}

/** A CURP on an unverified account was only typed in: whoever typed somebody else's must not arrive in their account. */
function identifyingCurp(curp: Curp, userData: JsonObject): Curp {
  return { value: curp.value, identifies: curp.identifies && !saysUnverified(userData) };
}

function readPhone(userData: JsonObject): ProfilePhone | null {
  const verified = flagOf(userData.telefonoVerificado);
  const abroad = textOf(userData.telefonoExtranjero);
  const home = textOf(userData.telVigente) ?? textOf(userData.telefono);
  const number =
    abroad !== null && (home === null || flagOf(userData.esExtranjero))
      ? parseForeignPhone(textOf(userData.ladaExtranjero) ?? '', abroad)
      : parseMexicanPhone(home ?? '');
  return number === null ? null : { number, verified };
}

/** `M` is mujer. Some answers hold the word instead of the letter. */
const sexes = new Map([
  ['H', 'H'],
  ['HOMBRE', 'H'],
  ['MASCULINO', 'H'],
  ['M', 'M'],
  ['MUJER', 'M'],
  ['FEMENINO', 'M'],
  ['X', 'X'],
]);

function readSex(sent: Json | undefined): string | null {
  return sexes.get(textOf(sent)?.toUpperCase() ?? '') ?? null;
}

/** §6: `{"roles":[{"idRol","rol"}]}`, or in older versions a bare list of `{"id","nombre","descripcion"}`. */
function readRoles(answer: Json | undefined): readonly ProfileRole[] {
  if (!isObject(answer)) return [];
  const sent = answer.roles ?? answer.list;
  if (!Array.isArray(sent)) return [];
  return sent.filter(isObject).flatMap((role) => {
    const id = textOf(role.idRol) ?? textOf(role.id);
    const name = textOf(role.rol) ?? textOf(role.nombre);
    return id === null ? [] : [{ id, name: name ?? id }];
  });
}

const addressMembers = {
  postal_code: 'codigoPostal',
  neighbourhood: 'colonia',
  municipality: 'alcaldiaMunicipio',
  state: 'estado',
  street: 'calle',
  exterior_number: 'numExterior',
  interior_number: 'numInterior',
} as const;

function readAddress(sent: Json | undefined): JsonObject | null {
  if (!isObject(sent)) return null;
  return Object.fromEntries(Object.entries(addressMembers).map(([name, wireName]) => [name, textOf(sent[wireName])]));
}
