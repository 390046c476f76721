/**
 * A vendor of no product, for tests of the configuration alone.
 */
import { z } from 'zod';
import type { Vendor } from '../providers/vendor.ts';

const settings = z.strictObject({
  client_id: z.string().min(1),
  client_secret: z.string().nullable().default(null),
  note: z.string().default(''),
});

export const exampleVendor: Vendor<typeof settings> = {
  vendor: 'example',
  settings,
  secretSettings: ['client_secret'],
  name: { 'es-MX': 'Example', en: 'Example' },
  hint: () => null,
  create() {
    throw new Error('this vendor only has settings');
  },
};
