import { expect, test } from 'vitest';
import { notListening } from './not-listening.ts';

const address = { hostname: '127.0.0.1', port: 80 };

test.each([
  ['EADDRINUSE', '`port`'],
  ['EACCES', '`port`'],
  ['EADDRNOTAVAIL', '`hostname`'],
  ['ENOTFOUND', '`hostname`'],
  ['EMFILE', '`ulimit -n`'],
])('says what to do after %s, and nothing else', (code, advice) => {
  const cause = Object.assign(new Error(`listen ${code}`), { code });
  const error = notListening(cause, address);
  expect(error).toMatchObject({ code: 'JOBS_INVALID_ARGUMENT', cause, details: { port: 80 } });
  expect(error.message.match(/`.*?`/g)).toEqual([advice]);
});
