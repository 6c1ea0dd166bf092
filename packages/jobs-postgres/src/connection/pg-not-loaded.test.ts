import { expect, it } from 'vitest';
import { pgNotLoaded } from './pg-not-loaded.ts';

it.each([
  ['ERR_MODULE_NOT_FOUND', 'JOBS_INVALID_ARGUMENT'],
  ['MODULE_NOT_FOUND', 'JOBS_INVALID_ARGUMENT'],
  ['EMFILE', 'JOBS_BACKEND_UNAVAILABLE'],
  ['EACCES', 'JOBS_BACKEND_UNAVAILABLE'],
])('tells a package that is missing from one that cannot be read: %s', (code, expected) => {
  const cause = Object.assign(new Error(`${code}: pg`), { code });
  expect(pgNotLoaded(cause)).toMatchObject({ code: expected, cause });
});
