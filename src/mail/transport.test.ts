import assert from 'node:assert/strict';
import { test } from 'node:test';
import { CODE, LINK, outgoing, sender } from './fixture.ts';
import { createLogTransport } from './transport.ts';

test('in development a mail is one block that a person reads, code and link included', async () => {
  const blocks: string[] = [];
  const transport = createLogTransport((text) => blocks.push(text));
  assert.equal(transport.canSend, true);
  assert.deepEqual(await transport.deliver(outgoing('ana@uni.example'), sender), { kind: 'sent' });
  assert.equal(blocks.length, 1);
  const [block = ''] = blocks;
  assert.match(
    block,
    /^From: Campus Virtual <no-reply@entrar\.example\.mx>\nTo: ana@uni\.example\nSubject: Tu código/m,
  );
  assert.ok(block.includes(`\n${CODE.slice(0, 3)} ${CODE.slice(3)}\n`) && block.includes(`\n${LINK}\n`));
  assert.doesNotMatch(block, /<html|<p/);
});
