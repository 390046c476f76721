/**
 * What a vendor module offers: the settings that an operator may write, how the product is called, and a provider.
 *
 * The settings schema is the only description of the settings: it drives validation, the command line and the tables in
 * docs/providers/. It must be a strict object: an unknown key is a fault, never ignored.
 */
import type { z } from 'zod';
import type { Words } from '../model.ts';
import type { Provider } from './provider.ts';

export interface Vendor<Schema extends z.ZodObject = z.ZodObject> {
  /** The value of `vendor:` in the configuration file. */
  readonly vendor: string;
  readonly settings: Schema;
  /** Names of the settings that are secrets: `export` writes `${…}` references for them, and no page or log shows them. */
  readonly secretSettings: readonly (keyof z.output<Schema> & string)[];
  /** The name that people know the product by: on the button, unless the operator gives another one. */
  readonly name: Words;
  /** The line under the name, unless the operator gives another one; null where none helps. */
  hint(settings: z.output<Schema>): Words | null;
  create(slug: string, settings: z.output<Schema>): Provider;
}

/** For a name that nobody translates. */
export function inAllLanguages(name: string): Words {
  return { 'es-MX': name, en: name };
}
