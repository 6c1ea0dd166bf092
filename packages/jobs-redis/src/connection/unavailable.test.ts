import { inspect } from 'node:util';
import { expect, test } from 'vitest';
import {
  isAuthRefusal,
  isConnectionLoss,
  isRefusal,
  isSlotMoving,
  SILENT_IN_TLS,
  toJobsError,
  unavailable,
  withoutSecrets,
} from './unavailable.ts';

const error = (message: string, more: object = {}): Error =>
  Object.assign(new Error(message), more);

test.each([
  error('Connection is closed.'),
  error('connect ECONNREFUSED', { code: 'ECONNREFUSED' }),
  error('x', { name: 'MaxRetriesPerRequestError' }),
  error("Stream isn't writeable and enableOfflineQueue options is false"),
  // An earlier attempt may have been executed, before the slot began to move.
  error('Too many Cluster redirections. Last error: ReplyError: TRYAGAIN Multiple keys request'),
])('takes %s for a lost connection', (lost) => {
  expect([isConnectionLoss(lost), isRefusal(lost)]).toEqual([true, false]);
  expect(toJobsError(lost)).toMatchObject({ code: 'JOBS_BACKEND_UNAVAILABLE' });
});

test.each([
  "OOM command not allowed when used memory > 'maxmemory'.",
  "READONLY You can't write against a read only replica.",
  'LOADING Redis is loading the dataset in memory',
  "-OOM command not allowed when used memory > 'maxmemory'. script: 1234",
])('takes %s for a refusal that passes', (message) => {
  expect([isConnectionLoss(error(message)), isRefusal(error(message))]).toEqual([false, true]);
});

test('takes a key of another program for neither, and says what to do', () => {
  const wrong = error('WRONGTYPE Operation against a key script: 0a1, on @user_script:12.');
  expect([isConnectionLoss(wrong), isRefusal(wrong), isAuthRefusal(wrong)]).toEqual([
    false,
    false,
    false,
  ]);
  const told = toJobsError(wrong) as Error;
  expect(told).toMatchObject({ code: 'JOBS_BACKEND_CONTRACT' });
  expect(told.message).toContain('`prefix`');
  expect(told.message).not.toMatch(/WRONGTYPE|script/);
});

test('takes the key of another node for a missing Cluster client', () => {
  expect(toJobsError(error('MOVED 12503 127.0.0.1:7001'))).toMatchObject({
    code: 'JOBS_NOT_SUPPORTED',
  });
});

test.each([
  'ERR Script attempted to access a non local key in a cluster node script: 0a1, on @user_script:12.',
  "ERR Unable to execute command 'zadd' in script because undeclared keys were accessed during rehashing of the slot",
  'TRYAGAIN Multiple keys request during rehashing of slot',
  'Too many Cluster redirections. Last error: ReplyError: ASK 0 127.0.0.1:7001',
])('asks again after %s, and shows no text of a script', (message) => {
  expect(isSlotMoving(error(message))).toBe(true);
  const told = toJobsError(error(message)) as Error;
  expect(told).toMatchObject({ code: 'JOBS_BACKEND_UNAVAILABLE' });
  expect(told.message).toContain('moving to another node');
  expect(told.message).not.toMatch(/script|ERR|TRYAGAIN|ASK|Nothing of it was stored/);
});

test.each([
  error('Reached the max retries per request limit (which is 0).', {
    name: 'MaxRetriesPerRequestError',
  }),
  error("Stream isn't writeable and enableOfflineQueue options is false"),
  error("Cluster isn't ready and enableOfflineQueue options is false"),
])('names no option that the caller did not set, as %s does', (lost) => {
  expect(unavailable(lost).message).toMatch(/connection (was lost|is not open)/);
  expect(unavailable(lost).message).not.toMatch(/max retries|enableOfflineQueue/);
});

test('shows no password, whatever hangs on the error', () => {
  const refusal = error('WRONGPASS invalid username-password pair', {
    command: { name: 'hello', args: ['3', 'AUTH', 'default', 'hunter2'] },
    code: 7,
  });
  expect(inspect(unavailable(refusal), { depth: 9 })).not.toContain('hunter2');
  expect(inspect(withoutSecrets(refusal), { depth: 9 })).not.toContain('hunter2');
  expect(withoutSecrets(refusal)).toMatchObject({ code: 7 });
  expect(withoutSecrets('text')).toBe('text');
});

test('shows no password that stands in an address', () => {
  const lost = error('getaddrinfo ENOTFOUND redis://:hunter2@h', { code: 'ENOTFOUND' });
  expect(inspect(unavailable(lost), { depth: 9 })).not.toContain('hunter2');
  expect(inspect(toJobsError(error('redis://u:hunter2@h is odd')), { depth: 9 })).not.toContain(
    'hunter2',
  );
});

test.each([
  ['keys and channels', error('NOPERM No permissions to access a channel')],
  ['memory is full', error("OOM command not allowed when used memory > 'maxmemory'.")],
  ['is a replica', error("READONLY You can't write against a read only replica.")],
  ['plain connections', SILENT_IN_TLS],
  ['plain connections', error('write EPROTO 80:error:0A00010B:SSL routines::wrong version number')],
  ['cannot take the command now', error('LOADING Redis is loading the dataset in memory')],
])('says that it %s', (words, cause) => {
  expect(unavailable(cause, 100).message).toContain(words);
});
