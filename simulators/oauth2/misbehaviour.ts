/**
 * What the stand-in can be told to do wrong, at which of its endpoints.
 */

import type { z } from 'zod';
import { orderSchemaFor } from '../shared/misbehaviour.ts';

export const orderSchema = orderSchemaFor(['token']);

export type Order = z.infer<typeof orderSchema>;
export type Misbehaviour = Order['how'];
