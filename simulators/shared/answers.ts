/**
 * Answers that every stand-in gives in one shape: JSON, and what a server in front of the application says.
 */

import type { Json } from '../../src/model.ts';

export function json(value: Json, status = 200): Response {
  return new Response(JSON.stringify(value), { status, headers: { 'Content-Type': 'application/json' } });
}

/** What a server in front of the application says: HTML where the client expects JSON. */
export function frontHtml(status: number, title: string): Response {
  const body = `<!DOCTYPE html><html><head><title>${status} ${title}</title></head><body><h1>${title}</h1></body></html>`;
  return new Response(body, { status, headers: { 'Content-Type': 'text/html; charset=utf-8' } });
}

/**
 * Sends the browser back to the application. The address is extended as text: rebuilding it through a parser could
 * change what the application registered.
 */
export function sendBack(redirectUri: string, parameters: { readonly [name: string]: string }): Response {
  const query = Object.entries(parameters).map(([name, value]) => `${name}=${encodeURIComponent(value)}`);
  const location = `${redirectUri}${redirectUri.includes('?') ? '&' : '?'}${query.join('&')}`;
  return new Response(null, { status: 302, headers: { Location: location, 'Cache-Control': 'no-store' } });
}
