/**
 * What comes of reading something that was typed.
 */
import type { FieldFault } from '../model.ts';

export type FieldReading =
  | { readonly kind: 'value'; readonly value: string }
  | { readonly kind: 'fault'; readonly fault: FieldFault };

export const asValue = (value: string): FieldReading => ({ kind: 'value', value });
export const asFault = (fault: FieldFault): FieldReading => ({ kind: 'fault', fault });
