import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { JsonObject } from '../../src/model.ts';
import { curpCheckDigit } from './curp.ts';
import { createFixture, native, web } from './fixture.ts';
import { generatedPerson } from './generated-person.ts';
import { practicePeople } from './people.ts';
import { subjectOf } from './person.ts';

/** Goes the whole way for one practice person; the answers as they came. */
async function walk(
  slug: string,
): Promise<{ token: JsonObject; data: JsonObject; roles: unknown; complaints: readonly string[] }> {
  const { simulator, code, token, fetch } = createFixture();
  const tokenAnswer = (await (await token(await code(slug))).json()) as JsonObject;
  const accessToken = String(tokenAnswer.accessToken);
  const data = (await (
    await fetch('/ws/rest/apps/oauth/datosUsuario', { headers: { accessToken } })
  ).json()) as JsonObject;
  const roles = await fetch('/ws/rest/apps/oauth/getRolesUsuarioLogueado', {
    method: 'POST',
    headers: { accessToken, 'Content-Type': 'application/json' },
    body: JSON.stringify({ idUsuario: data.idUsuario ?? data.id ?? null, idSistema: native.clientId }),
  });
  return { token: tokenAnswer, data, roles: await roles.json(), complaints: simulator.complaints };
}

test('nacional: everything verified, dates as yyyy-MM-dd, life in seconds, roles of the new shape', async () => {
  const { token, data, roles, complaints } = await walk('nacional');
  assert.deepEqual([token.expiresIn, token.tokenType, typeof token.refreshToken], [900, 'Bearer', 'string']);
  assert.equal(typeof data.idUsuario, 'number');
  assert.deepEqual([data.correoVerificado, data.telefonoVerificado, data.cuentaVerificada], [true, true, true]);
  assert.match(String(data.fechaNacimiento), /^\d{4}-\d{2}-\d{2}$/);
  assert.equal((data.domicilio as JsonObject).alcaldiaMunicipio, 'Puebla');
  assert.deepEqual((roles as { roles: unknown[] }).roles[0], { idRol: 5, rol: 'Monitor' });
  assert.deepEqual(complaints, []);
});

test('formato-antiguo: id, telefono, dd/MM/yyyy, an untidy CURP, no verified flags, an epoch under "expires", older roles', async () => {
  const { token, data, roles, complaints } = await walk('formato-antiguo');
  assert.deepEqual([token.expires, 'expiresIn' in token], [1_760_000_900_000, false]);
  assert.deepEqual([typeof data.id, 'idUsuario' in data, 'telVigente' in data], ['number', false, false]);
  assert.deepEqual(['correoVerificado' in data, 'esExtranjero' in data], [false, false]);
  assert.match(String(data.fechaNacimiento), /^\d{2}\/\d{2}\/\d{4}$/);
  assert.match(String(data.curp), / /);
  assert.equal(data.curp, String(data.curp).toLowerCase());
  assert.equal(data.primerApellido, 'NÚÑEZ');
  assert.deepEqual(Object.keys((roles as JsonObject[])[0] ?? {}), ['id', 'nombre', 'descripcion']);
  assert.deepEqual(complaints, []);
});

test('formato-antiguo: refusals of its codes and tokens come inside a 200', async () => {
  const { code, token, accessToken, pass, fetch } = createFixture();
  const spent = await code('formato-antiguo');
  await token(spent);
  const again = await token(spent);
  assert.deepEqual([again.status, ((await again.json()) as JsonObject).error], [200, 'invalid_grant']);

  const late = await accessToken('formato-antiguo');
  pass(900_000);
  const refused = await fetch('/ws/rest/apps/oauth/datosUsuario', { headers: { accessToken: late } });
  assert.equal(refused.status, 200);
  assert.deepEqual(await refused.json(), { error: 'invalid_token', errorDescription: 'Token inválido o expirado' });
});

test('extranjero: the generic CURP, a foreign phone, one surname, a verified e-mail address', async () => {
  const { data, complaints } = await walk('extranjero');
  assert.deepEqual([data.curp, data.esExtranjero, data.correoVerificado], ['XEXX010101HDFXXX04', true, true]);
  assert.deepEqual([data.ladaExtranjero, data.telefonoExtranjero, 'telVigente' in data], ['33', '639980103', false]);
  assert.equal(data.segundoApellido, '');
  assert.deepEqual(complaints, []);
});

test('cuenta-basica: signs in by phone, the e-mail address is the word "null", no CURP, life in milliseconds', async () => {
  const { token, data, complaints } = await walk('cuenta-basica');
  assert.equal(token.expiresIn, 900_000);
  assert.deepEqual([data.login, data.correo, data.curp], ['5500000104', 'null', null]);
  assert.deepEqual([data.cuentaBasica, data.cuentaVerificada], [true, false]);
  assert.deepEqual(complaints, []);
});

test('correo-sin-verificar: a CURP, and an e-mail address that nobody confirmed', async () => {
  const { data, complaints } = await walk('correo-sin-verificar');
  assert.deepEqual([data.correoVerificado, data.cuentaVerificada], [false, true]);
  assert.deepEqual(complaints, []);
});

test('every practice CURP that is not generic has its check digit', () => {
  const curps = practicePeople
    .flatMap((person) => (person.answer === 'consents' ? [person.userData.curp] : []))
    .filter((curp) => typeof curp === 'string' && !curp.startsWith('XEXX'))
    .map((curp) => String(curp).replaceAll(' ', '').toUpperCase());
  assert.equal(curps.length, 4);
  for (const curp of curps) {
    assert.equal(curp.length, 18);
    assert.equal(curp.at(-1), curpCheckDigit(curp.slice(0, 17)));
  }
});

test('generated people differ in subject, CURP and e-mail address, and are the same every time', () => {
  const numbers = [0, 1, 9_999, 10_000, 210_000, 4_410_000, 92_609_999];
  const people = numbers.map(generatedPerson);
  for (const member of ['curp', 'correo', 'idUsuario'] as const) {
    assert.equal(new Set(people.map(({ userData }) => userData[member])).size, numbers.length, member);
  }
  assert.deepEqual(numbers.map(generatedPerson), people);
  assert.throws(() => generatedPerson(92_610_000), RangeError);
});

test('a person who was added at run time is listed and signs in', async () => {
  const { simulator, authorize } = createFixture();
  simulator.addPerson({ ...generatedPerson(7), slug: 'mi-persona' });
  assert.match(await (await authorize({}, web)).text(), /data-testid="person-mi-persona"/);
  assert.throws(() => simulator.addPerson({ ...generatedPerson(8), slug: '"><script>' }), RangeError);
  assert.equal(subjectOf(generatedPerson(7)), '1000000007');
});
