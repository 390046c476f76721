import assert from 'node:assert/strict';
import { describe, it, type TestContext } from 'node:test';
import type { TlsOptions } from 'node:tls';
import { get, makeOutbound, ok, refuses, resolveTo, startUpstream } from '../test/raw-upstream.ts';
import { makeSelfSigned } from '../test/self-signed.ts';

describe('K-01: where a call may go', () => {
  const hosts = ['127.0.0.1', '0.0.0.0', '0', '2130706433', '0x7f.1', '017700000001', '[::1]', '[::ffff:127.0.0.1]'];
  const others = ['[64:ff9b::7f00:1]', '[fd00::1]', '[fe80::1]', '169.254.169.254', '10.0.0.1', '100.64.0.1', '127.1'];
  for (const host of [...hosts, ...others, '192.0.0.192', '[::ffff:a9fe:a9fe]', '[::]']) {
    it(`not to ${host}`, async (t) => {
      const upstream = await startUpstream(t, () => {});
      const outbound = makeOutbound(t, {});
      await refuses(outbound(get(`https://${host}:${upstream.port}/`)), 'provider_unreachable', /not allowed/);
      assert.equal(upstream.sockets.size, 0);
    });
  }

  it('not to a private address behind the system resolver: localhost', async (t) => {
    const outbound = makeOutbound(t, {});
    await refuses(outbound(get('https://localhost/')), 'provider_unreachable', /^localhost: .*not allowed/);
  });

  const resolutions: { readonly [name: string]: readonly string[] } = {
    'a private address': ['127.0.0.1'],
    'mixed addresses': ['8.8.8.8', '127.0.0.1'],
    'mixed families': ['2606:4700::1', '::1'],
    'no address': [],
  };
  for (const [name, addresses] of Object.entries(resolutions)) {
    it(`not to a name that resolves to ${name}`, async (t) => {
      const outbound = makeOutbound(t, { resolve: resolveTo(addresses) });
      await refuses(outbound(get('https://public.example/')), 'provider_unreachable', /not allowed/);
    });
  }

  it('DNS rebinding: the address that was checked is the one that is used', async (t) => {
    const upstream = await startUpstream(t, (socket) => socket.write(ok('{}')));
    let resolutions = 0;
    const outbound = makeOutbound(t, {
      allowPrivate: ['idp.uni.local'],
      allowInsecure: ['idp.uni.local'],
      resolve: async () => [{ address: ++resolutions === 1 ? '127.0.0.1' : '169.254.169.254', family: 4 }],
    });
    assert.equal((await outbound(get(`http://idp.uni.local:${upstream.port}/`))).status, 200);
    assert.equal(resolutions, 1);
  });

  for (const url of ['http://127.0.0.1/', 'file:///etc/passwd', 'gopher://127.0.0.1/', 'unix:/run/x', 'ftp://a/']) {
    it(`only over https: ${url}`, async (t) => {
      const outbound = makeOutbound(t, { allowPrivate: ['127.0.0.1'], allowInsecure: ['localhost', '127.0.0.1:8080'] });
      await refuses(outbound(get(url)), 'provider_unreachable', /only https/);
    });
  }
});

describe('K-04: providers on the premises', () => {
  const resolve = resolveTo(['127.0.0.1']);

  for (const entry of ['idp.uni.local', 'IDP.uni.local', 'idp.uni.local:port']) {
    it(`an allowed name is reached: ${entry}`, async (t) => {
      const upstream = await startUpstream(t, (socket) => socket.write(ok('{}')));
      const allowed = [entry.replace('port', String(upstream.port))];
      const outbound = makeOutbound(t, { allowPrivate: allowed, allowInsecure: allowed, resolve });
      assert.equal((await outbound(get(`http://idp.uni.local:${upstream.port}/`))).status, 200);
    });
  }

  for (const host of ['other.uni.local', 'x.idp.uni.local', 'idp.uni.local.', 'idp.uni.local:444', '127.0.0.1']) {
    it(`another is not: ${host}`, async (t) => {
      const outbound = makeOutbound(t, { allowPrivate: ['idp.uni.local:443'], resolve });
      await refuses(outbound(get(`https://${host}/`)), 'provider_unreachable', /not allowed/);
    });
  }

  it('an allowed name that turns to a cloud metadata service is refused', async (t) => {
    const outbound = makeOutbound(t, { allowPrivate: ['idp.uni.local'], resolve: resolveTo(['169.254.169.254']) });
    await refuses(outbound(get('https://idp.uni.local/')), 'provider_unreachable', /not allowed/);
  });
});

describe('K-08: TLS', () => {
  const good = makeSelfSigned('idp.example', { expired: false });
  const expired = makeSelfSigned('idp.example', { expired: true });
  const wrongName = makeSelfSigned('other.example', { expired: false });

  async function callOver(t: TestContext, server: TlsOptions, authorities: readonly string[]) {
    const upstream = await startUpstream(t, (socket) => socket.write(ok('{"tls":true}')), server);
    const outbound = makeOutbound(t, {
      allowPrivate: ['idp.example'],
      certificateAuthorities: authorities,
      resolve: resolveTo(['127.0.0.1']),
    });
    return outbound(get(`https://idp.example:${upstream.port}/?code=canary`));
  }
  const serving = ({ certificate, key }: typeof good): TlsOptions => ({ cert: certificate, key });

  it('a configured authority is used', async (t) => {
    assert.equal((await callOver(t, serving(good), [good.certificate])).body, '{"tls":true}');
  });

  it('a self-signed certificate is refused', async (t) => {
    await refuses(callOver(t, serving(good), []), 'provider_unreachable', /DEPTH_ZERO_SELF_SIGNED_CERT/);
  });

  it('an expired certificate is refused', async (t) => {
    await refuses(callOver(t, serving(expired), [expired.certificate]), 'provider_unreachable', /CERT_HAS_EXPIRED/);
  });

  it('a certificate for another name is refused', async (t) => {
    const call = callOver(t, serving(wrongName), [wrongName.certificate]);
    await refuses(call, 'provider_unreachable', /ERR_TLS_CERT_ALTNAME_INVALID/);
  });

  it('TLS 1.1 is refused', async (t) => {
    const old = { minVersion: 'TLSv1.1', maxVersion: 'TLSv1.1', ciphers: 'DEFAULT@SECLEVEL=0' } as const;
    await refuses(
      callOver(t, { ...serving(good), ...old }, [good.certificate]),
      'provider_unreachable',
      /PROTOCOL_VERSION/,
    );
  });

  it('NODE_TLS_REJECT_UNAUTHORIZED=0 changes nothing', async (t) => {
    const before = process.env.NODE_TLS_REJECT_UNAUTHORIZED;
    process.env.NODE_TLS_REJECT_UNAUTHORIZED = '0';
    t.after(() => {
      if (before === undefined) delete process.env.NODE_TLS_REJECT_UNAUTHORIZED;
      else process.env.NODE_TLS_REJECT_UNAUTHORIZED = before;
    });
    await refuses(callOver(t, serving(good), []), 'provider_unreachable', /DEPTH_ZERO_SELF_SIGNED_CERT/);
  });
});
