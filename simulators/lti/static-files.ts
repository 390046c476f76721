/**
 * The stylesheet and the scripts of the campus.
 */

import { launchScript, storageScript } from './scripts.ts';
import { stylesheet } from './style.ts';
import type { Incoming } from './world.ts';

const files: { readonly [name: string]: readonly [type: string, text: string] } = {
  'campus.css': ['text/css; charset=utf-8', stylesheet],
  'launch.js': ['text/javascript; charset=utf-8', launchScript],
  'platform-storage.js': ['text/javascript; charset=utf-8', storageScript],
};

export function staticFile({ parts }: Incoming): Response {
  const file = Object.hasOwn(files, parts.file ?? '') ? files[parts.file ?? ''] : undefined;
  if (file === undefined) return new Response(null, { status: 404 });
  const [type, text] = file;
  return new Response(text, { headers: { 'Content-Type': type, 'X-Content-Type-Options': 'nosniff' } });
}
