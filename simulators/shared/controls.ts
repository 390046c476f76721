/**
 * Misbehaviour on request over HTTP, for demonstrations: `POST /practica/misbehave` with an order as JSON,
 * `DELETE` to end it. Exists only where the stand-in was created with `controls`.
 */

import { Hono } from 'hono';
import type { z } from 'zod';
import type { AnyOrder, Orders } from './misbehaviour.ts';

export function controlRoutes<Order extends AnyOrder>(orderSchema: z.ZodType<Order>, orders: Orders<Order>): Hono {
  const controls = new Hono();
  controls.post('/misbehave', async (context) => {
    // A page of another site can post text, but not JSON without asking first (CORS), and nobody answers that here.
    if (context.req.header('content-type')?.split(';', 1)[0] !== 'application/json') {
      return context.json({ error: 'The order must be application/json.' }, 415);
    }
    const parsed = orderSchema.safeParse(await context.req.json().catch(() => null));
    if (!parsed.success) return context.json({ error: 'This is not an order.', issues: parsed.error.issues }, 400);
    try {
      orders.add(parsed.data);
    } catch {
      return context.json({ error: 'There are too many orders: DELETE first.' }, 409);
    }
    return context.body(null, 204);
  });
  controls.delete('/misbehave', (context) => {
    orders.reset();
    return context.body(null, 204);
  });
  return controls;
}
