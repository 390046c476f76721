/**
 * What a member of a document is when nothing is written, read from the schemas.
 */
import type { z } from 'zod';
import type { Json } from '../model.ts';
import { canonicalJson } from './canonical-json.ts';
import { clientSchema } from './client-document.ts';
import { accountsSchema, brandSchema, type ConfigurationKind, mailSchema, outboundSchema } from './documents.ts';
import { providerSchema } from './provider-document.ts';
import { registrationSchema } from './registration-document.ts';

const shapes: { readonly [kind in ConfigurationKind]: { readonly [member: string]: z.ZodType } } = {
  provider: providerSchema.shape,
  client: clientSchema.in.shape,
  outbound: outboundSchema.shape,
  brand: brandSchema.shape,
  mail: mailSchema.shape,
  registration: registrationSchema.shape,
  accounts: accountsSchema.shape,
};

/** As JSON text; null where a value is needed, and for what is no member of the kind. */
export function defaultOf(kind: ConfigurationKind, member: string): string | null {
  const read = shapes[kind][member]?.safeParse(undefined);
  return read?.success === true ? canonicalJson(read.data as Json) : null;
}
