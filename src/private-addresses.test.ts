import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { isPrivateAddress, kindOfAddress } from './private-addresses.ts';

const kinds = {
  public: [
    '1.1.1.1',
    '8.8.8.8',
    '9.255.255.255',
    '11.0.0.0',
    '100.63.255.255',
    '100.128.0.0',
    '126.255.255.255',
    '128.0.0.0',
    '172.15.255.255',
    '172.32.0.0',
    '192.167.255.255',
    '192.169.0.0',
    '223.255.255.255',
    '2001:200::1',
    '2606:4700:4700::1111',
    '::ffff:8.8.8.8',
    '64:ff9b::808:808',
  ],
  private: [
    '10.0.0.1',
    '10.255.255.255',
    '100.64.0.1',
    '100.127.255.255',
    '127.0.0.1',
    '127.255.255.255',
    '172.16.0.0',
    '172.31.255.255',
    '192.168.0.1',
    '::1',
    'fd00::1',
    'fc00::1',
    '::ffff:127.0.0.1',
    '::ffff:7f00:1',
    '::FFFF:10.0.0.1',
    '64:ff9b::7f00:1',
    '64:ff9b::10.0.0.1',
  ],
  never: [
    '0.0.0.0',
    '0.1.2.3',
    '100.100.100.200',
    '168.63.129.16',
    '169.254.169.254',
    '192.0.0.192',
    '192.0.2.1',
    '192.88.99.1',
    '198.18.0.1',
    '198.19.255.255',
    '198.51.100.1',
    '203.0.113.1',
    '224.0.0.1',
    '239.255.255.255',
    '240.0.0.1',
    '255.255.255.255',
    '::',
    '::7f00:1',
    '::ffff:a9fe:a9fe',
    '64:ff9b::a9fe:a9fe',
    '64:ff9b:1::1',
    'fd00:ec2::254',
    'fd20:ce::254',
    'fe80::1',
    'fe80::1%eth0',
    'fec0::1',
    'ff02::1',
    '100::1',
    '2001::1',
    '2001:db8::1',
    '2002:7f00:1::',
    '3fff::1',
    '5f00::1',
  ],
} as const;

describe('K-01: addresses', () => {
  for (const [kind, addresses] of Object.entries(kinds)) {
    for (const address of addresses) {
      it(`${address} is ${kind}`, () => {
        assert.equal(kindOfAddress(address), kind);
        assert.equal(isPrivateAddress(address), kind !== 'public');
      });
    }
  }

  it('what is no address is never public', () => {
    for (const text of ['', 'localhost', '2130706433', '0x7f.1', '[::1]', '1.1.1.1 ', '8.8.8.8%eth0', '1.1.1.1\n']) {
      assert.equal(kindOfAddress(text), 'never', JSON.stringify(text));
    }
  });
});
