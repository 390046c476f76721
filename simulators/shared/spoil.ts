/**
 * Carries out a misbehaviour on an answer that was already made.
 *
 * The work is done first and the answer spoiled afterwards, which is the worst case for the client: the code is spent,
 * and it does not know. Never changes a true answer's meaning in another way than the order says.
 */

import { frontHtml, json } from './answers.ts';
import type { Misbehaviour } from './misbehaviour.ts';

/** Where user data says who somebody is. */
export interface SubjectPlace {
  /** The members that lead to the object about the person; empty when it is the answer itself. */
  readonly within: readonly string[];
  /** The first is written by an order, all are taken away. */
  readonly members: readonly [string, ...string[]];
}

/** What spoiling needs of the world. */
export interface Surroundings {
  readonly subject: SubjectPlace;
  /** Aborted when the client has gone away. */
  readonly signal: AbortSignal;
  /** Waits, in milliseconds; between the bytes of an answer that comes a byte at a time. */
  readonly pause: (milliseconds: number) => Promise<void>;
}

const hugeBytes = 3_000_000;
const nestedArrays = 100_000;
const betweenBytes = 100;

/** Whether an order can change this answer; one that cannot waits for the next. */
export function appliesTo(how: Misbehaviour, answer: Response): boolean {
  switch (how.kind) {
    case 'wrong-state':
    case 'no-state':
    case 'state-twice':
    case 'denies':
      return answer.headers.has('Location');
    case 'code-twice':
      return new URL(answer.headers.get('Location') ?? 'about:blank').searchParams.has('code');
    case 'duplicate-members':
    case 'deeply-nested':
    case 'subject':
    case 'subject-missing':
      return answer.headers.get('Content-Type') === 'application/json';
    default:
      return true;
  }
}

export async function spoil(how: Misbehaviour, answer: Response, surroundings: Surroundings): Promise<Response> {
  switch (how.kind) {
    case 'html-from-load-balancer':
      return frontHtml(how.status, how.status === 200 ? 'En mantenimiento' : 'Bad Gateway');
    case 'status-500':
      return frontHtml(500, 'Internal Server Error');
    case 'status-411':
      return frontHtml(411, 'Length Required');
    case 'status-with-json':
      return new Response(how.json, { status: how.status, headers: { 'Content-Type': 'application/json' } });
    case 'slow':
      return answerSlowly(how.how, surroundings);
    case 'huge':
      // White space after JSON is legal: only a limit on the size can refuse this.
      return sameWith(answer, (await answer.text()) + ' '.repeat(hugeBytes));
    case 'empty-body':
      return new Response(null, { status: 200 });
    case 'not-json':
      return sameWith(answer, 'codeResponse=101');
    case 'redirect':
      return new Response(null, { status: 302, headers: { Location: how.location } });
    case 'other-content-type':
      return new Response(await answer.text(), { status: answer.status, headers: { 'Content-Type': how.contentType } });
    case 'error-inside-200':
      return json({ error: how.error, errorDescription: 'Error de práctica' });
    case 'error-with-status':
      return json({ error: how.error, error_description: 'Error de práctica' }, how.status);
    case 'json-replaced':
      return new Response(how.json, { headers: { 'Content-Type': 'application/json' } });
    case 'duplicate-members':
      return sameWith(
        answer,
        withMember(await answer.text(), 'last', (first) => `${JSON.stringify(first)}:"otro"`),
      );
    case 'deeply-nested':
      return sameWith(
        answer,
        withMember(
          await answer.text(),
          'last',
          () => `"anidado":${'['.repeat(nestedArrays)}${']'.repeat(nestedArrays)}`,
        ),
      );
    case 'subject':
      return sameWith(
        answer,
        withSubject(await answer.text(), surroundings.subject, (name) => `${JSON.stringify(name)}:${how.json}`),
      );
    case 'subject-missing':
      return sameWith(answer, withSubject(await answer.text(), surroundings.subject, null));
    default:
      return misdirect(how.kind, answer);
  }
}

function sameWith(answer: Response, body: string): Response {
  return new Response(body, { status: answer.status, headers: answer.headers });
}

/** Takes the subject away, and puts `member` in its place where there is one. */
function withSubject(
  text: string,
  { within, members }: SubjectPlace,
  member: ((name: string) => string) | null,
): string {
  const object = JSON.parse(text) as { [name: string]: unknown };
  const [outer, ...inner] = within;
  if (outer !== undefined) {
    const { [outer]: person, ...rest } = object;
    const changed = withSubject(JSON.stringify(person), { within: inner, members }, member);
    return withMember(JSON.stringify(rest), 'first', () => `${JSON.stringify(outer)}:${changed}`);
  }
  const rest = JSON.stringify(Object.fromEntries(Object.entries(object).filter(([name]) => !members.includes(name))));
  return member === null ? rest : withMember(rest, 'first', () => member(members[0]));
}

/** Adds a member as raw text, because an object in memory can hold neither a member twice nor a number beyond a double. */
function withMember(text: string, where: 'first' | 'last', member: (first: string) => string): string {
  const first = Object.keys(JSON.parse(text))[0] ?? '';
  const inner = text.slice(1, -1);
  const members = where === 'first' ? [member(first), inner] : [inner, member(first)];
  return `{${members.filter((part) => part !== '').join(',')}}`;
}

/** Changes the parameters with which the browser goes back to the application. */
function misdirect(
  kind: 'wrong-state' | 'no-state' | 'state-twice' | 'code-twice' | 'denies',
  answer: Response,
): Response {
  const location = new URL(answer.headers.get('Location') ?? '');
  const parameters = location.searchParams;
  if (kind === 'wrong-state') parameters.set('state', 'estado-de-otra-persona');
  if (kind === 'no-state') parameters.delete('state');
  if (kind === 'state-twice') parameters.append('state', 'estado-de-otra-persona');
  if (kind === 'code-twice') parameters.append('code', 'codigo-de-otra-persona');
  if (kind === 'denies') {
    parameters.delete('code');
    parameters.set('error', 'access_denied');
  }
  const changed = new Response(null, { status: answer.status, headers: answer.headers });
  changed.headers.set('Location', location.href);
  return changed;
}

async function answerSlowly(
  how: 'no-headers' | 'no-body' | 'byte-at-a-time',
  { signal, pause }: Surroundings,
): Promise<Response> {
  if (how === 'no-headers') {
    await new Promise<void>((resolve) => {
      if (signal.aborted) resolve();
      signal.addEventListener('abort', () => resolve(), { once: true });
    });
    return new Response(null, { status: 500 });
  }
  const body = new ReadableStream<Uint8Array>({
    async pull(controller) {
      // A pull that never ends leaves the reader waiting without holding a timer.
      if (how === 'no-body') return new Promise<void>(() => {});
      await pause(betweenBytes);
      controller.enqueue(new Uint8Array([0x20]));
    },
  });
  return new Response(body, { headers: { 'Content-Type': 'application/json' } });
}
