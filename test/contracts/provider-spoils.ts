/**
 * Ways to spoil an answer of any provider, whatever it holds: on the wire, or one member of it.
 *
 * Most are the stand-ins' own; here are those that need bytes or headers, and the same changes to a form.
 */
import { type SubjectPlace, type Surroundings, spoil } from '../../simulators/shared/spoil.ts';
import type { Call } from './provider-fixture.ts';
import type { Spoil } from './provider-world.ts';

const nowhere: SubjectPlace = { within: [], members: ['-'] };
const pause: Surroundings['pause'] = (milliseconds) =>
  new Promise((resolve) => {
    setTimeout(resolve, milliseconds).unref();
  });

/** One of the stand-ins' own misbehaviours. */
export function asStandIn(how: Parameters<typeof spoil>[0], subject: SubjectPlace = nowhere): Spoil {
  return (answer, signal) => spoil(how, answer, { subject, signal, pause });
}

/** The same answer with other bytes. */
const withBytes =
  (change: (bytes: Buffer) => Buffer): Spoil =>
  async (answer) =>
    new Response(new Uint8Array(change(Buffer.from(await answer.arrayBuffer()))), answer);

/** Right but for one byte inside it that is no UTF-8. Decoded leniently, two people who differ there would be one. */
export const notUtf8 = withBytes((bytes) => {
  const at = Math.max(1, bytes.length - 2);
  return Buffer.concat([bytes.subarray(0, at), Buffer.from([0xff]), bytes.subarray(at)]);
});

/** Says that it is packed, as a small answer would that unpacks to a huge one. */
export const packed: Spoil = async (answer) => {
  const changed = new Response(answer.body, answer);
  changed.headers.set('content-encoding', 'gzip');
  return changed;
};

/** The true answer and 3 MB of white space, which is legal, without a word about its length beforehand. */
export const longerThanSaid: Spoil = async (answer) => {
  const body = new Blob([await answer.text(), ' '.repeat(3_000_000)]).stream();
  return new Response(body, { status: answer.status, headers: withoutLength(answer) });
};

/** The true answer, as a redirect: whoever overlooks the status takes it. */
export const redirected =
  (location: string): Spoil =>
  async (answer) =>
    new Response(await answer.text(), { status: 302, headers: { ...withoutLength(answer), location } });

function withoutLength({ headers }: Response): { [name: string]: string } {
  return Object.fromEntries([...headers].filter(([name]) => name !== 'content-length'));
}

export const tooManyHeaders: Spoil = async (answer) => {
  const changed = new Response(answer.body, answer);
  changed.headers.set('x-practica', 'x'.repeat(40_000));
  return changed;
};

/** One member of an answer: as raw JSON text, or as the text that JSON holds where the answer is a form; null takes it away. */
export function member(call: Call, place: SubjectPlace, json: string | null): Spoil {
  if (call.answer === 'json') {
    return asStandIn(json === null ? { kind: 'subject-missing' } : { kind: 'subject', json }, place);
  }
  return inForm((form) => {
    for (const name of place.members) form.delete(name);
    if (json !== null) form.set(place.members[0], String(JSON.parse(json)));
  });
}

/** The first member a second time, with another value. */
export function firstMemberTwice({ answer }: Call): Spoil {
  if (answer === 'json') return asStandIn({ kind: 'duplicate-members' });
  return inForm((form) => {
    form.append([...form.keys()][0] ?? '', 'otro');
  });
}

function inForm(change: (form: URLSearchParams) => void): Spoil {
  return async (answer) => {
    const form = new URLSearchParams(await answer.text());
    change(form);
    return new Response(form.toString(), { status: answer.status, headers: answer.headers });
  };
}
