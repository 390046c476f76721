/**
 * Every dialect that can be written, for tests that hold a promise over all of them.
 *
 * Used by tests only.
 */

import fc from 'fast-check';
import { type Dialect, dialectSchema } from './dialect.ts';

const name = fc.stringMatching(/^[A-Za-z_][A-Za-z0-9_.-]{0,20}$/);
const names = fc.array(name, { minLength: 1, maxLength: 5 });

/** Every option of the dialect with every kind of value. A new option that is missing here does not compile. */
const options = {
  redirect_parameter: fc.constantFrom('redirect_uri', 'redirect_url', 'both'),
  scope: fc.constantFrom('space_separated', 'comma_separated', 'omitted'),
  token_request_body: fc.constantFrom('form', 'json'),
  token_request_names: fc.constantFrom('snake_case', 'camel_case'),
  client_authentication: fc.constantFrom('none', 'client_secret_basic', 'client_secret_post'),
  web_service_authentication: fc.constantFrom('none', 'basic'),
  access_token_members: names,
  token_type_members: names,
  expiry_members: names,
  expiry_unit: fc.constantFrom('seconds', 'by_size'),
  longest_token_life: fc.integer({ min: 1, max: 86_400 }),
  access_token_in: fc.oneof(
    fc.constantFrom('bearer', 'query'),
    fc.constantFrom('accessToken', 'x-token').map((header) => ({ header })),
  ),
  access_token_proof: fc.constantFrom('none', 'appsecret_proof'),
  user_data_method: fc.constantFrom('GET', 'POST'),
  user_data_path: fc.array(name, { maxLength: 5 }),
  subject_members: names,
  error_members: fc.array(name, { maxLength: 5 }),
  error_meanings: fc.dictionary(
    fc.constantFrom('invalid_grant', 'invalid_request', '190', 'constructor', '__proto__'),
    fc.constantFrom('rejected_code', 'rejected_client', 'rejected_token', 'unreachable'),
  ),
  unavailable_statuses: fc.array(fc.integer({ min: 400, max: 499 }), { maxLength: 5 }),
  end_session_request: fc.record({ method: fc.constantFrom('GET', 'POST'), body: fc.string({ maxLength: 256 }) }),
} as const satisfies { [option in keyof Dialect]: fc.Arbitrary<unknown> };

export const anyDialect = fc
  .record(options, { requiredKeys: ['subject_members'] })
  .map((written) => dialectSchema.safeParse(written))
  .filter((parsed) => parsed.success)
  .map((parsed) => parsed.data as Dialect);
