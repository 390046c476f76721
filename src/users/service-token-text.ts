/**
 * What a service token looks like: `llv_`, 43 characters of chance (256 bits), 6 of a checksum.
 *
 * The prefix lets people and programs that look for leaked secrets recognise one; the checksum lets them be sure without asking us,
 * and lets us refuse what was made up without asking the database. It proves nothing: only the stored hash does.
 */
import { crc32 } from 'node:zlib';
import type { Environment } from '../model.ts';

const PREFIX = 'llv_';
const ALPHABET = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';
/** 62^43 is more than 2^256, and 62^6 more than 2^32. */
const CHANCE_LENGTH = 43;
const CHECKSUM_LENGTH = 6;
const FORM = /^llv_[0-9A-Za-z]{49}$/;

export function newServiceTokenText(environment: Pick<Environment, 'randomBytes'>): string {
  const number = BigInt(`0x${Buffer.from(environment.randomBytes(32)).toString('hex')}`);
  const chance = PREFIX + inBase62(number, CHANCE_LENGTH);
  return chance + checksumOf(chance);
}

export function isServiceTokenText(text: string): boolean {
  if (!FORM.test(text)) return false;
  return checksumOf(text.slice(0, -CHECKSUM_LENGTH)) === text.slice(-CHECKSUM_LENGTH);
}

function checksumOf(text: string): string {
  return inBase62(BigInt(crc32(text)), CHECKSUM_LENGTH);
}

function inBase62(number: bigint, length: number): string {
  let rest = number;
  let text = '';
  for (let place = 0; place < length; place += 1) {
    text = ALPHABET.charAt(Number(rest % 62n)) + text;
    rest /= 62n;
  }
  return text;
}
