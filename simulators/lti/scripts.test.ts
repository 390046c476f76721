import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createContext, runInContext } from 'node:vm';
import { createFixture } from './fixture.ts';
import { storageScript } from './scripts.ts';

type Message = { readonly [name: string]: unknown };
type Listener = (event: {
  readonly data: unknown;
  readonly origin: string;
  readonly source: { postMessage(data: unknown, origin: string): void } | null;
}) => void;

/** The script in a window of ours: asks as a page of that origin, and gives what is answered to whom. */
function createWindow(told: { readonly frame: string; readonly fault: string }) {
  const listeners: Listener[] = [];
  const document = { currentScript: { dataset: told }, documentElement: { dataset: {} } };
  runInContext(
    storageScript,
    createContext({ document, addEventListener: (_: string, each: Listener) => listeners.push(each) }),
  );
  return (origin: string, data: unknown): readonly (readonly [to: string, Message])[] => {
    const answers: [string, Message][] = [];
    const source = {
      // Across windows everything is copied, and here across realms.
      postMessage: (answer: unknown, to: string) => void answers.push([to, JSON.parse(JSON.stringify(answer))]),
    };
    for (const listener of listeners) listener({ data, origin, source });
    return answers;
  };
}

const put = (key: string, value: unknown) => ({ subject: 'lti.put_data', message_id: 'm', key, value });
const get = (key: string) => ({ subject: 'lti.get_data', message_id: 'm', key });
const mine = 'https://tool.test';

test('§3.14 what one tool keeps no other origin is told, and answers go to the origin that asked', () => {
  const ask = createWindow({ frame: '', fault: '' });
  ask(mine, put('state', 'secreto'));
  const answer = { subject: 'lti.get_data.response', message_id: 'm', key: 'state' };
  assert.deepEqual(ask(mine, get('state')), [[mine, { ...answer, value: 'secreto' }]]);
  assert.deepEqual(ask('https://evil.test', get('state')), [['https://evil.test', { ...answer, value: null }]]);
});

test('§3.14 null takes a value away, and there is room for 500', () => {
  const ask = createWindow({ frame: '', fault: '' });
  for (let number = 0; number < 500; number += 1) ask(mine, put(`k${number}`, 'x'));
  const [[, full] = ['', {}]] = ask(mine, put('k500', 'x'));
  assert.deepEqual(full.error, { code: 'storage_exhaustion', message: 'there is no room' });
  ask(mine, put('k0', null));
  assert.equal(ask(mine, get('k0'))[0]?.[1].value, null);
  assert.equal(ask(mine, put('k500', 'x'))[0]?.[1].value, 'x');
});

test('§3.14 the capabilities name the frame where the storage is', () => {
  const capabilities = { subject: 'lti.capabilities', message_id: 'm' };
  const [[, named] = ['', {}]] = createWindow({ frame: 'almacen', fault: '' })(mine, capabilities);
  assert.deepEqual((named.supported_messages as Message[])[1], { subject: 'lti.put_data', frame: 'almacen' });
  const [[, own] = ['', {}]] = createWindow({ frame: '', fault: '' })(mine, capabilities);
  assert.deepEqual((own.supported_messages as Message[])[1], { subject: 'lti.put_data' });
});

test('60: a silent platform answers nothing, and none answers what is not a question', () => {
  const silent = createWindow({ frame: '', fault: 'silent' });
  assert.deepEqual(silent(mine, { subject: 'lti.capabilities', message_id: 'm' }), []);
  assert.deepEqual(silent(mine, put('a', 'b')), []);
  const ask = createWindow({ frame: '', fault: '' });
  for (const data of [
    null,
    'text',
    7,
    {},
    { subject: 7 },
    { subject: 'lti.get_data.response' },
    { subject: 'other' },
  ]) {
    assert.deepEqual(ask(mine, data), []);
  }
});

test('the page with the tool tells its storage what it was ordered, once', async () => {
  const { simulator, fetch, enter } = createFixture();
  const headers = await enter('alumna');
  const page = async () => (await fetch('/courses/mat-101/links/llavero-curso/frame', { headers })).text();
  simulator.misbehave({ endpoint: 'storage', how: { kind: 'storage', fault: 'silent' }, times: 1 });
  assert.match(await page(), /platform-storage\.js" data-frame="" data-fault="silent"/);
  assert.match(await page(), /platform-storage\.js" data-frame="" data-fault=""/);
});
