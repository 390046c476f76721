/**
 * Makes a certificate for a server of a test, in memory: no key lies in the repository, and none runs out in the night.
 *
 * X.509 in the least that TLS asks for (RFC 5280 §4.1): one name, one time span, signed by itself. Trusted by giving
 * the certificate itself as an authority.
 */

import { generateKeyPairSync, sign } from 'node:crypto';

export interface SelfSigned {
  /** PEM. */
  readonly certificate: string;
  /** PEM. */
  readonly key: string;
}

/** @param expired whether the time span ended in 2001; otherwise it lasts until 2099. */
export function makeSelfSigned(hostname: string, { expired }: { readonly expired: boolean }): SelfSigned {
  const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const name = sequence(set(sequence(commonName, der(0x0c, Buffer.from(hostname)))));
  const alternativeName = sequence(subjectAltName, der(0x04, sequence(der(0x82, Buffer.from(hostname)))));
  const content = sequence(
    der(0xa0, der(0x02, Buffer.from([2]))), // version 3
    der(0x02, Buffer.from([1])), // serial number
    sequence(ecdsaWithSha256),
    name,
    sequence(time('20000101000000Z'), time(expired ? '20010101000000Z' : '20990101000000Z')),
    name,
    publicKey.export({ type: 'spki', format: 'der' }),
    der(0xa3, sequence(alternativeName)),
  );
  const signature = Buffer.concat([Buffer.from([0]), sign('sha256', content, privateKey)]);
  const certificate = sequence(content, sequence(ecdsaWithSha256), der(0x03, signature));
  return {
    certificate: `-----BEGIN CERTIFICATE-----\n${certificate.toString('base64')}\n-----END CERTIFICATE-----\n`,
    key: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
  };
}

const ecdsaWithSha256 = Buffer.from('06082a8648ce3d040302', 'hex'); // 1.2.840.10045.4.3.2
const commonName = Buffer.from('0603550403', 'hex'); // 2.5.4.3
const subjectAltName = Buffer.from('0603551d11', 'hex'); // 2.5.29.17

const sequence = (...parts: Buffer[]): Buffer => der(0x30, ...parts);
const set = (...parts: Buffer[]): Buffer => der(0x31, ...parts);
const time = (text: string): Buffer => der(0x18, Buffer.from(text));

/** One element of DER (X.690 §8.1); contents of up to 65,535 bytes. */
function der(tag: number, ...parts: Buffer[]): Buffer {
  const content = Buffer.concat(parts);
  const { length } = content;
  const lengthBytes = length < 128 ? [length] : length < 256 ? [0x81, length] : [0x82, length >> 8, length & 255];
  return Buffer.concat([Buffer.from([tag, ...lengthBytes]), content]);
}
