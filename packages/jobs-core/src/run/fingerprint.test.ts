import { expect, it } from 'vitest';
import { fingerprintOf } from './fingerprint.ts';

const fingerprint = (message: string) => fingerprintOf('job', { name: 'Error', message });

it.each([
  [
    'UUIDs',
    ['User 9f1b2c3d-0000-4000-8000-00000000000a', 'User AF1B2C3D-0000-4000-8000-00000000000B'],
  ],
  ['ULIDs', ['User 01ARZ3NDEKTSV4RRFFQ69G5FAV is gone', 'User 01HZX8Q4Y2K7N3M5P6R8S9T0VW is gone']],
  ['CUIDs', ['User cjld2cjxh0000qzrmn831i7rn', 'User ckopqwooh000001la8mbi2im9']],
  ['nano ids', ['User V1StGXR8_Z5jdHi6B-myT', 'User 4f90d13a42TBqYzoKd-U_']],
  ['ids with a prefix', ['No customer cus_NffrFeUfNV2Hib', 'No customer cus_9s6XKzkNRiz8i3']],
  ['hexadecimal ids', ['Cast 507f1f77bcf86cd799439011', 'Cast 65a0c1f2bcf86cd799439aef']],
  ['addresses of memory', ['at 0x9bdd46', 'at 0xbed']],
  ['numbers', ['balance -36.5, of 1,000', 'balance 4, of 12.5e-7']],
  ['addresses', ['connect ECONNREFUSED 10.0.243.1:5432', 'connect ECONNREFUSED 10.1.2.3:65432']],
  ['times', ['at 2026-05-04T10:00:00.000Z', 'at 2025-11-29T14:06:18Z']],
  ['quotes', ['no "a" in `b`', 'no "x" in `y z`']],
  ['single quotes behind an apostrophe', ["Can't load 'alice' now", "Can't load 'bob' now"]],
  [
    'single quotes with apostrophes in them',
    ["Customer's 'O'Neil' is gone", "Customer's 'Ann' is gone"],
  ],
  ['quotes of several lines', ['bad value "a\nb" given', 'bad value "c" given']],
  [
    'the lengths of numbers in a long message',
    [`No 9: ${'so '.repeat(2000)}`, `No 10: ${'so '.repeat(2000)}`],
  ],
])('groups failures that differ in %s', (_what, messages) => {
  expect(new Set(messages.map(fingerprint)).size).toBe(1);
});

it.each([
  [
    'what stands between apostrophes',
    ["Can't reach db; don't wait", "Can't parse file; don't wait"],
  ],
  ['words', ['The bank does not answer', 'The shop does not answer']],
  [
    'what follows a long beginning',
    [`${'so '.repeat(300)}the bank`, `${'so '.repeat(300)}the shop`],
  ],
  ['long names', ['getUserProfileById failed', 'getUserProfileByName failed']],
  ['names with digits', ['getS3ObjectMetadata failed', 'putS3ObjectMetadata failed']],
  ['the ends of names with digits', ['OAuth2TokenExpired', 'OAuth2ClientUnknown']],
  ['names in kebab case', ['no module @philjs/jobs-postgres', 'no module @philjs/jobs-sqlite']],
])('tells apart failures that differ in %s', (_what, messages) => {
  expect(new Set(messages.map(fingerprint)).size).toBe(2);
});

it('takes any message in no time', () => {
  for (const part of ['a', '0a', 'aA0', `"'\``, "'", ' 0', '-', "a 'b", 'S3Abcd', 'Abcd12']) {
    expect(fingerprint(part.repeat(100_000))).toHaveLength(16);
  }
});
