import assert from 'node:assert/strict';
import { test } from 'node:test';
import { llaveMxAddresses, llaveMxSettings } from './llave-mx-settings.ts';

const apps = { environment: 'val', mode: 'apps', client_id: '202508101834311980' };
const web = { ...apps, mode: 'web', client_secret: 's', web_service_user: 'u', web_service_password: 'p' };

/** The names of the settings at fault. */
const faultsOf = (written: unknown) =>
  llaveMxSettings
    .safeParse(written)
    .error?.issues.flatMap((issue) => (issue.code === 'unrecognized_keys' ? issue.keys : [issue.path.join('.')])) ?? [];

const addressesOf = (written: unknown) =>
  Object.values(llaveMxAddresses(llaveMxSettings.parse(written))).map((address) => String(address));

test('nothing is trusted and nothing extra is asked for by default', () => {
  const settings = llaveMxSettings.parse(apps);
  assert.equal(settings.trust_verified_email, false);
  assert.equal(settings.roles, false);
});

test('facts §1, §2: the addresses of the native mode in validation', () => {
  const api = 'https://val-api-llave.infotec.mx/ws/rest/apps';
  assert.deepEqual(addressesOf(apps), [
    'https://val-llave.infotec.mx',
    'https://val-llave.infotec.mx/oauth.xhtml',
    `${api}/oauth/obtenerToken`,
    `${api}/oauth/datosUsuario`,
    `${api}/oauth/getRolesUsuarioLogueado`,
    `${api}/auth/cerrarSesion`,
  ]);
});

test('facts §1, §2: the addresses of the web mode in production', () => {
  const api = 'https://www.api.llave.gob.mx/ws/rest/oauth';
  assert.deepEqual(addressesOf({ ...web, environment: 'production' }), [
    'https://www.llave.gob.mx',
    'https://www.llave.gob.mx/oauth.xhtml',
    `${api}/obtenerToken`,
    `${api}/datosUsuario`,
    `${api}/getRolesUsuarioLogueado`,
    `${api}/cerrarSesion`,
  ]);
});

test('a host can be overridden on its own in any environment', () => {
  const [issuer, , token] = addressesOf({ ...apps, environment: 'production', api_host: 'https://api.llave.gob.mx/' });
  assert.equal(issuer, 'https://www.llave.gob.mx');
  assert.equal(token, 'https://api.llave.gob.mx/ws/rest/apps/oauth/obtenerToken');
});

test('a custom environment names both hosts', () => {
  assert.deepEqual(faultsOf({ ...apps, environment: 'custom' }), ['authorization_host', 'api_host']);
  const here = { authorization_host: 'http://localhost:4401', api_host: 'http://localhost:4401' };
  assert.equal(addressesOf({ ...apps, environment: 'custom', ...here })[1], 'http://localhost:4401/oauth.xhtml');
});

test('environment, mode and client_id have no default', () => {
  assert.deepEqual(faultsOf({}).sort(), ['client_id', 'environment', 'mode']);
});

test('the web mode needs its three credentials, and the native mode refuses them', () => {
  const credentials = ['client_secret', 'web_service_user', 'web_service_password'];
  assert.deepEqual(faultsOf({ ...apps, mode: 'web' }), credentials);
  assert.deepEqual(faultsOf({ ...web, mode: 'apps' }), credentials);
  assert.deepEqual(faultsOf(web), []);
});

const refused: readonly [string, unknown][] = [
  // biome-ignore lint/correctness/noPrecisionLoss: an unquoted client id is exactly this mistake
  ['client_id', 202508101834311980],
  ['client_id', '20250810183431198'],
  ['client_id', '２０２５０８１０１８３４３１１９８０'],
  ['client_id', ' 202508101834311980'],
  ['authorization_host', 'http://val-llave.infotec.mx'],
  ['authorization_host', 'val-llave.infotec.mx'],
  ['authorization_host', 'https://user:pw@val-llave.infotec.mx'],
  ['api_host', 'https://val-llave.infotec.mx/ws'],
  ['api_host', 'https://val-llave.infotec.mx?x'],
  ['api_host', 'javascript:alert(1)'],
  ['redirect_uri', 'http://escuela.gob.mx/cb'],
  ['redirect_uri', 'https://escuela.gob.mx/cb#x'],
  ['redirect_uri', '/cb'],
  ['roles', 'false'],
  ['trust_verified_email', 'yes'],
  ['scope', 'openid'],
  ['pkce', false],
];
for (const [name, value] of refused) {
  test(`${name}: ${JSON.stringify(value)} is a fault`, () =>
    assert.deepEqual(faultsOf({ ...apps, [name]: value }), [name]));
}

test('RFC 7617 §2: a web-service user with a colon would move into the password', () => {
  assert.deepEqual(faultsOf({ ...web, web_service_user: 'a:b' }), ['web_service_user']);
});

test('a client_id without quotes is explained', () => {
  assert.match(llaveMxSettings.safeParse({ ...apps, client_id: 1 }).error?.issues[0]?.message ?? '', /in quotes/);
});
