/**
 * What a vendor module offers: the settings that an operator may write, and a provider made from them.
 *
 * The settings schema is the only description of the settings: it drives validation, the command line and the tables in
 * docs/providers/. It must be a strict object: an unknown key is a fault, never ignored.
 */
import type { z } from 'zod';
import type { Provider } from './provider.ts';

export interface Vendor<Schema extends z.ZodObject = z.ZodObject> {
  /** The value of `vendor:` in the configuration file. */
  readonly vendor: string;
  readonly settings: Schema;
  /** Names of the settings that are secrets: `export` writes `${…}` references for them, and no page or log shows them. */
  readonly secretSettings: readonly (keyof z.output<Schema> & string)[];
  create(slug: string, settings: z.output<Schema>): Provider;
}
