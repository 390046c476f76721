import assert from 'node:assert/strict';
import { test } from 'node:test';
import { brandSchema, mailSchema } from '../configuration/documents.ts';
import { senderOf } from './sender.ts';

const of = (mail: object, brand: object, url = 'https://entrar.example.mx') =>
  senderOf(mailSchema.parse(mail), brandSchema.parse(brand), new URL(url));

test('mails come from no-reply at the public address, in the name of the product, unless the operator says otherwise', () => {
  assert.deepEqual(of({}, {}), { name: 'Llavero', address: 'no-reply@entrar.example.mx' });
  assert.deepEqual(of({}, { product_name: 'Campus' }), { name: 'Campus', address: 'no-reply@entrar.example.mx' });
  const own = { from_name: 'Mesa de ayuda', from_address: 'hola@uni.example' };
  assert.deepEqual(of(own, { product_name: 'Campus' }), { name: 'Mesa de ayuda', address: 'hola@uni.example' });
});

test('the address is one also where the public address is a name in other letters, or no name', () => {
  assert.equal(of({}, {}, 'https://ñandú.mx').address, 'no-reply@xn--and-6ma2c.mx');
  assert.equal(of({}, {}, 'http://localhost:4400').address, 'no-reply@localhost');
  for (const url of ['https://203.0.113.5', 'https://[2001:db8::1]:8443']) {
    assert.equal(of({}, {}, url).address, 'no-reply@localhost');
  }
});
