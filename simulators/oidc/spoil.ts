/**
 * Spoils an answer that was already made, on its way to the client.
 *
 * The work is done first, which is the worst case for the client: the code is spent, and it does not know.
 */

import type { OnTheWay } from './misbehaviour.ts';

const hugeBytes = 3_000_000;
const nestedArrays = 100_000;

/** @param signal aborted when the client has gone away */
export async function spoil(how: OnTheWay, answer: Response, signal: AbortSignal): Promise<Response> {
  const { status } = answer;
  const json = (body: string, contentType = 'application/json') =>
    new Response(body, { status, headers: { 'Content-Type': contentType } });
  switch (how.kind) {
    case 'html':
      return new Response('<!DOCTYPE html><html><title>Mantenimiento</title></html>', {
        status: how.status,
        headers: { 'Content-Type': 'text/html; charset=utf-8' },
      });
    case 'status-500':
      return new Response('Internal Server Error', { status: 500 });
    case 'silent':
      await new Promise<void>((resolve) => {
        if (signal.aborted) resolve();
        signal.addEventListener('abort', () => resolve(), { once: true });
      });
      return new Response(null, { status: 500 });
    case 'huge':
      // White space after JSON is legal: only a limit on the size can refuse this.
      return json((await answer.text()) + ' '.repeat(hugeBytes));
    case 'empty-body':
      return new Response(null, { status: 200 });
    case 'not-json':
      return json('sub=1');
    case 'not-utf8':
      return new Response(Buffer.from('{"sub":"\xff"}', 'latin1'), { headers: { 'Content-Type': 'application/json' } });
    case 'redirect':
      return new Response(null, { status: 302, headers: { Location: how.location } });
    case 'other-content-type':
      return json(await answer.text(), how.contentType);
    case 'error':
      return Response.json({ error: how.error }, { status: how.status });
    case 'duplicate-members': {
      const text = await answer.text();
      return json(withLast(text, `${JSON.stringify(Object.keys(JSON.parse(text))[0] ?? '')}:"otro"`));
    }
    case 'deeply-nested':
      return json(withLast(await answer.text(), `"anidado":${'['.repeat(nestedArrays)}${']'.repeat(nestedArrays)}`));
    case 'json-replaced':
      return json(how.json);
    case 'member': {
      const { [how.name]: _replaced, ...others } = (await answer.json()) as { [name: string]: unknown };
      const text = JSON.stringify(others);
      return json(how.json === null ? text : withLast(text, `${JSON.stringify(how.name)}:${how.json}`));
    }
  }
}

/** Adds a member as raw text, because an object in memory can hold neither a member twice nor a number beyond a double. */
function withLast(text: string, member: string): string {
  const inner = text.slice(1, -1);
  return inner === '' ? `{${member}}` : `{${inner},${member}}`;
}
