import assert from 'node:assert/strict';
import fc from 'fast-check';
import {
  cidrWarnings,
  containsAddress,
  containsCidr,
  containsStrictly,
  formatCidr,
  formatIpAddress,
  ipAddressWarning,
  parseCidr,
  parseIpAddress,
  strictCidrFault,
  strictIpAddressFault,
} from '../../../server/src/core/k8s/ipAddress.ts';

describe('IP address', () => {
  it('is read with leading zeros, as decimal', () => {
    assert.equal(textOf('010.0.0.1'), '10.0.0.1');
    assert.equal(textOf('::ffff:1.2.3.4'), '1.2.3.4');
    assert.equal(textOf('::00001'), '::1');
  });

  it('is not read in other forms', () => {
    for (const text of [
      '',
      '1',
      '127.1',
      '1.2.3.4.5',
      '256.0.0.1',
      '0x1.0.0.1',
      ' 1.2.3.4',
      'fe80::1%eth0',
      '[::1]',
      '1.2.3.4/32',
    ]) {
      assert.equal(parseIpAddress(text), undefined, text);
    }
    for (const text of [
      ':',
      ':::',
      '1::2::3',
      '1:2:3:4:5:6:7',
      '1:2:3:4:5:6:7:8:9',
      '1:2:3:4::5:6:7:8',
      ':1::',
      '1:',
      '10000::',
      '1.2.3.4::',
    ]) {
      assert.equal(parseIpAddress(text), undefined, text);
    }
  });

  it('is written as RFC 5952 has it', () => {
    assert.equal(textOf('2001:DB8:0:0:1:0:0:1'), '2001:db8::1:0:0:1');
    assert.equal(textOf('0:0:0:0:0:0:0:0'), '::');
    assert.equal(textOf('1:0:2:3:4:5:6:7'), '1:0:2:3:4:5:6:7');
    assert.equal(textOf('1::'), '1::');
  });

  it('earns a warning that says what to write', () => {
    assert.deepEqual(ipAddressWarning('010.0.0.1'), { code: 'non-standard', use: '10.0.0.1' });
    assert.deepEqual(ipAddressWarning('::ffff:1.2.3.4'), { code: 'non-standard', use: '1.2.3.4' });
    assert.deepEqual(ipAddressWarning('2001:DB8::1'), { code: 'not-canonical', use: '2001:db8::1' });
    assert.equal(ipAddressWarning('10.0.0.1'), undefined);
    assert.equal(ipAddressWarning('web'), undefined);
    assert.ok(strictIpAddressFault('010.0.0.1'));
    assert.equal(strictIpAddressFault('::1'), undefined);
  });

  it('is the same after it was written', () => {
    fc.assert(
      fc.property(fc.oneof(fc.ipV4(), fc.ipV6()), (text) => {
        const written = textOf(text);
        assert.ok(written);
        assert.equal(textOf(written), written);
        assert.equal(strictIpAddressFault(written), undefined);
      }),
    );
  });

  it('never makes reading fail', () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom('0', '1', 'f', ':', '.', '/', 'g') }), (text) => {
        parseIpAddress(text);
        cidrWarnings(text);
      }),
    );
  });
});

describe('CIDR block', () => {
  it('is read with host bits, and written without', () => {
    const cidr = parseCidr('10.5.5.5/8');
    assert.equal(cidr && formatCidr(cidr), '10.0.0.0/8');
    assert.equal(cidr && formatIpAddress(cidr.address), '10.5.5.5');
    for (const text of [
      '10.0.0.0',
      '10.0.0.0/',
      '10.0.0.0/33',
      '::/129',
      '10.0.0.0/-1',
      '10.0.0.0/+8',
      '10.0.0.0/8 ',
      '10.0/8',
    ]) {
      assert.equal(parseCidr(text), undefined, text);
    }
  });

  it('earns warnings', () => {
    assert.deepEqual(cidrWarnings('10.5.5.5/8'), [{ code: 'host-bits', use: '10.0.0.0/8', orUse: '10.5.5.5/32' }]);
    assert.deepEqual(cidrWarnings('10.0.0.0/08'), [{ code: 'non-standard', use: '10.0.0.0/8' }]);
    assert.deepEqual(cidrWarnings('2001:DB8::/32'), [{ code: 'not-canonical', use: '2001:db8::/32' }]);
    assert.deepEqual(cidrWarnings('10.0.0.0/8'), []);
    assert.ok(strictCidrFault('10.0.0.1/8'));
    assert.equal(strictCidrFault('::/0'), undefined);
  });

  it('holds what starts with its bits', () => {
    assert.equal(holds('10.0.0.0/9', '10.127.0.1'), true);
    assert.equal(holds('10.0.0.0/9', '10.128.0.1'), false);
    assert.equal(holds('::/0', '10.0.0.1'), false);
    assert.equal(holds('0.0.0.0/0', '255.0.0.1'), true);
  });

  it('holds an exception strictly when that is smaller', () => {
    const strictly = (outer: string, inner: string) => both(outer, inner, containsStrictly);
    assert.equal(strictly('10.0.0.0/8', '10.1.0.0/16'), true);
    assert.equal(strictly('10.0.0.0/8', '10.0.0.0/8'), false);
    assert.equal(strictly('10.0.0.0/8', '11.0.0.0/16'), false);
    assert.equal(strictly('0.0.0.0/0', '::/64'), false);
    assert.equal(both('10.0.0.0/8', '10.0.0.0/8', containsCidr), true);
  });
});

function textOf(text: string): string | undefined {
  const address = parseIpAddress(text);
  return address && formatIpAddress(address);
}

function holds(block: string, text: string): boolean {
  const cidr = parseCidr(block);
  const address = parseIpAddress(text);
  assert.ok(cidr && address);
  return containsAddress(cidr, address);
}

function both(outer: string, inner: string, relation: typeof containsCidr): boolean {
  const [a, b] = [parseCidr(outer), parseCidr(inner)];
  assert.ok(a && b);
  return relation(a, b);
}
