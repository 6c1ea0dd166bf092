import { expect, test } from 'vitest';
import { notLoaded } from './optional-package.ts';

const why = 'REDIS_URL is set';

test.each(['MODULE_NOT_FOUND', 'ERR_MODULE_NOT_FOUND'])('says what to install after %s', (code) => {
  const cause = Object.assign(new Error(`Cannot find module '@philjs/jobs-redis'`), { code });
  expect(notLoaded('redis', why, cause)).toMatchObject({
    code: 'JOBS_NOT_SUPPORTED',
    message: expect.stringContaining('`npm install @philjs/jobs-redis`'),
    cause,
  });
});

test.each([
  ['EMFILE', 'EMFILE: too many open files, open'],
  ['ERR_DLOPEN_FAILED', 'The module was compiled against a different Node.js version'],
  [undefined, 'Unexpected token'],
])('says why a package that is there cannot be loaded: %s', (code, said) => {
  const cause = Object.assign(new Error(said), { code });
  const error = notLoaded('redis', why, cause);
  expect(error).toMatchObject({ code: 'JOBS_BACKEND_UNAVAILABLE', cause });
  expect(error.message).toContain(said);
  expect(error.message).not.toContain('npm install');
});
