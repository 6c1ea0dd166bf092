import { describe, expect, it } from 'vitest';
import { AddressRules, RefusedAddressError } from './address-rules.ts';

const strict = new AddressRules({});
const check = (url: string, rules = strict): void => rules.checkUrl(new URL(url));

describe('the rules for addresses', () => {
  it.each([
    'https://example.com/hook',
    'https://example.com:8443/a?b=c',
    'https://93.184.216.34/',
    'https://[2606:2800:220:1:248:1893:25c8:1946]/',
  ])('allow %s', (url) => {
    expect(() => check(url)).not.toThrow();
  });

  it.each([
    ['plain http', 'http://example.com/'],
    ['another protocol', 'file:///etc/passwd'],
    ['a user and a password', 'https://me:secret@example.com/'],
    ['a name of this machine', 'https://localhost/'],
    ['a name below localhost', 'https://a.localhost/'],
    ['a name with a dot at the end', 'https://localhost./'],
    ['a name with dots at the end', 'https://localhost../'],
    ['a name without a dot', 'https://intranet/'],
    ['a name of a local network', 'https://printer.local/'],
    ['the metadata of a cloud, by name', 'https://metadata.google.internal/'],
    ['the metadata of a cloud, by address', 'https://169.254.169.254/latest/meta-data'],
    ['loopback', 'https://127.0.0.1/'],
    ['loopback, elsewhere', 'https://127.8.9.10/'],
    ['loopback, short', 'https://127.1/'],
    ['loopback, decimal', 'https://2130706433/'],
    ['loopback, hexadecimal', 'https://0x7f000001/'],
    ['loopback, hexadecimal in parts', 'https://0x7f.0x0.0x0.0x1/'],
    ['loopback, octal', 'https://0177.0.0.01/'],
    ['loopback, in full-width digits', 'https://１２７.0.0.1/'],
    ['this host', 'https://0.0.0.0/'],
    ['a private network of 10', 'https://10.1.2.3/'],
    ['a private network of 172', 'https://172.31.255.255/'],
    ['a private network of 192', 'https://192.168.0.1/'],
    ['a carrier’s network', 'https://100.64.0.1/'],
    ['multicast', 'https://224.0.0.1/'],
    ['broadcast', 'https://255.255.255.255/'],
    ['loopback of IPv6', 'https://[::1]/'],
    ['no address of IPv6', 'https://[::]/'],
    ['loopback, mapped', 'https://[::ffff:127.0.0.1]/'],
    ['loopback, mapped and hexadecimal', 'https://[::ffff:7f00:1]/'],
    ['a private network, mapped', 'https://[::ffff:10.0.0.1]/'],
    ['loopback, compatible', 'https://[::127.0.0.1]/'],
    ['loopback through NAT64', 'https://[64:ff9b::7f00:1]/'],
    ['loopback through 6to4', 'https://[2002:7f00:1::]/'],
    ['Teredo', 'https://[2001:0:7f00:1::]/'],
    ['a unique local address', 'https://[fd00::1]/'],
    ['a link-local address', 'https://[fe80::1]/'],
    ['the metadata of a cloud on IPv6', 'https://[fd00:ec2::254]/'],
  ])('refuse %s', (_what, url) => {
    expect(() => check(url)).toThrow(RefusedAddressError);
  });

  it('allow what the options name, and no more', () => {
    const rules = new AddressRules({ http: true, addresses: ['127.0.0.0/8', 'fd00::/8'] });
    for (const url of [
      'http://127.0.0.1:80/',
      'https://[fd00::1]/',
      'http://[::ffff:127.0.0.1]/',
    ]) {
      expect(() => check(url, rules)).not.toThrow();
    }
    for (const url of [
      'http://10.0.0.1/',
      'http://localhost/',
      'ftp://127.0.0.1/',
      'http://[::1]/',
    ]) {
      expect(() => check(url, rules)).toThrow(RefusedAddressError);
    }
    expect(() =>
      check('https://localhost/', new AddressRules({ hosts: ['localhost'] })),
    ).not.toThrow();
  });

  it.each([
    { addresses: ['127.0.0.1/33'] },
    { addresses: ['localhost'] },
    { addresses: ['10.0.0.0/'] },
    { addresses: ['10.0.0.0/ '] },
    { addresses: ['10.0.0.0/8/9'] },
    { addresses: ['10.0.0.0/0x8'] },
    { addresses: ['fd00::/'] },
    { addresses: [['10.0.0.0/8']] },
    { hosts: [undefined] },
    { hosts: [''] },
    { addresses: '127.0.0.1' },
    { hosts: 'localhost' },
    { http: 'yes' },
  ])('refuse the setting %j', (allow) => {
    expect(() => new AddressRules(allow as never)).toThrow(
      expect.objectContaining({ code: 'JOBS_INVALID_ARGUMENT' }),
    );
  });
});
