/**
 * Our own ways of signing in, for the suites that run over each of them.
 */
import type { JsonObject } from '../../src/model.ts';

export interface FormFixture {
  readonly vendor: string;
  /** Settings that work, with nothing that has a default. */
  readonly settings: JsonObject;
}

export const formFixtures: readonly FormFixture[] = [
  { vendor: 'email', settings: {} },
  { vendor: 'guest', settings: {} },
  { vendor: 'password', settings: {} },
];
