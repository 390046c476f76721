/**
 * The stylesheet and the scripts of the practice LMS.
 */

import type { Handler } from './caller.ts';
import { formsScript, logOutScript } from './scripts.ts';
import { stylesheet } from './style.ts';

const files: { readonly [name: string]: readonly [type: string, text: string] } = {
  'lms.css': ['text/css; charset=utf-8', stylesheet],
  'forms.js': ['text/javascript; charset=utf-8', formsScript],
  'log-out.js': ['text/javascript; charset=utf-8', logOutScript],
};

export const staticFile: Handler = (request) => {
  const file = files[request.parts.name ?? ''];
  if (file === undefined) return new Response(null, { status: 404 });
  const [type, text] = file;
  return new Response(text, { headers: { 'Content-Type': type, 'X-Content-Type-Options': 'nosniff' } });
};
