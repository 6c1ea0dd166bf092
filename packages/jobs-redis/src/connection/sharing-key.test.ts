import { expect, test } from 'vitest';
import { sharingKey } from './sharing-key.ts';

const ca = Buffer.from('a certificate');

test('is the same for equal options, in any order', () => {
  const tls = { ca, servername: 'redis' };
  expect(sharingKey({ host: 'a', port: 1, tls })).toBe(
    sharingKey({ tls: { servername: 'redis', ca }, port: 1, host: 'a' }),
  );
});

test.each([
  [{ port: 1 }, { port: 2 }],
  [{ tls: { ca } }, { tls: { ca: Buffer.from('another certificate') } }],
  [{ tls: { ca } }, { tls: {} }],
  [{ tls: { servername: 'a' } }, { tls: { servername: 'b' } }],
  [{ sentinels: [{ host: 'a' }, { host: 'b' }] }, { sentinels: [{ host: 'a' }] }],
  [{ retryStrategy: () => 1 }, { retryStrategy: () => 1 }],
  [{ password: '1' }, { password: 1 as unknown as string }],
])('differs between %j and %j', (one, other) => {
  expect(sharingKey(one)).toBe(sharingKey({ ...one }));
  expect(sharingKey(one)).not.toBe(sharingKey(other));
});

test('is made of options that name themselves', () => {
  const tls: Record<string, unknown> = { servername: 'redis' };
  tls['self'] = tls;
  expect(sharingKey({ tls })).toBe(sharingKey({ tls }));
});
