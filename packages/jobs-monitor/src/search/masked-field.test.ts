import { parseSearch } from '@philjs/jobs-core/internal';
import { createRedactor } from '@philjs/jobs-core/redact';
import { expect, test } from 'vitest';
import { maskedField } from './masked-field.ts';

const redactor = createRedactor(['payload.users.*.email', 'iban']);

test.each([
  ['payload.password:x', 'payload.password'],
  ['status:failed OR metadata.iban:x', 'metadata.iban'],
  ['NOT payload.iban[0]:x', 'payload.iban[0]'],
  ['payload.users[0].email:x', 'payload.users[0].email'],
  ['payload.users.0.email:x', 'payload.users.0.email'],
  ['payload.tokens[0][1]:x', 'payload.tokens[0][1]'],
  ['payload.users[0].name:x password error:iban', undefined],
])('finds the masked field of %j', (search, field) => {
  expect(maskedField(parseSearch(search), redactor)).toBe(field);
  expect(maskedField(parseSearch(search), createRedactor(false))).toBeUndefined();
});
