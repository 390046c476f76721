/**
 * What a member of a document is when nothing is written, read from the schemas.
 */
import type { z } from 'zod';
import type { Json } from '../model.ts';
import { canonicalJson } from './canonical-json.ts';
import { clientSchema } from './client-document.ts';
import { type ConfigurationKind, singleSchemas } from './documents.ts';
import { ltiConsumerSchema, ltiPlatformSchema } from './lti-document.ts';
import { openEdxSchema } from './open-edx-document.ts';
import { providerSchema } from './provider-document.ts';

function shapeOf(kind: ConfigurationKind): { readonly [member: string]: z.ZodType } {
  if (kind === 'provider') return providerSchema.shape;
  if (kind === 'open_edx') return openEdxSchema.shape;
  if (kind === 'lti_consumer') return ltiConsumerSchema.shape;
  if (kind === 'lti_platform') return ltiPlatformSchema.shape;
  return kind === 'client' ? clientSchema.in.shape : singleSchemas[kind].shape;
}

/** As JSON text; null where a value is needed, and for what is no member of the kind. */
export function defaultOf(kind: ConfigurationKind, member: string): string | null {
  const read = shapeOf(kind)[member]?.safeParse(undefined);
  return read?.success === true ? canonicalJson(read.data as Json) : null;
}
