import { expect, test } from 'vitest';
import { toJobHash, toJobRecord } from './job-hash.ts';

const plain = {
  name: 'a',
  data: '{"n":1}',
  opts: '{"attempts":0}',
  timestamp: '1000',
  delay: '0',
  priority: '0',
};

test('gives a job of plain BullMQ the defaults', () => {
  expect(toJobRecord('7', 'waiting', plain)).toEqual({
    id: '7',
    name: 'a',
    status: 'waiting',
    payload: { n: 1 },
    version: 1,
    priority: 0,
    createdAt: 1000,
    runAt: 1000,
    maxAttempts: 1,
    attemptsMade: 0,
    fencingToken: 0,
    stalledCount: 0,
    metadata: {},
  });
});

test('reads what plain BullMQ wrote of a failure', () => {
  const hash = {
    ...plain,
    failedReason: 'no',
    stacktrace: '["Error: once","Error: no\\n at x"]',
    finishedOn: '2',
    atm: '2',
  };
  expect(toJobRecord('7', 'failed', hash)).toMatchObject({
    error: { name: 'Error', message: 'no', stack: 'Error: no\n at x' },
    attemptsMade: 2,
    finishedAt: 2,
  });
});

test('believes the reason of the worker that failed it last', () => {
  const ours = JSON.stringify({ name: 'TypeError', message: 'ours', code: 'E' });
  const last = { ...plain, 'pj:error': ours, failedReason: 'ours' };
  expect(toJobRecord('7', 'failed', last).error).toMatchObject({ name: 'TypeError', code: 'E' });
  const then = { ...last, failedReason: 'theirs' };
  expect(toJobRecord('7', 'failed', then).error).toEqual({ name: 'Error', message: 'theirs' });
});

test('shows neither error nor requests of a job that completed', () => {
  const hash = {
    ...plain,
    'pj:error': '{"name":"E","message":"m"}',
    failedReason: 'm',
    'pj:cancel': '{"force":true}',
    'pj:snooze': 'snoozed',
    returnvalue: '5',
  };
  const record = toJobRecord('7', 'completed', hash);
  expect(record).toMatchObject({ result: 5 });
  expect(record).not.toHaveProperty('error');
  expect(record).not.toHaveProperty('cancelRequested');
  expect(record).not.toHaveProperty('snoozeReason');
});

test('reads how attempts failed, whatever became of the job', () => {
  const failures = [
    { attempt: 1, startedAt: 1, failedAt: 2, error: { name: 'E', message: 'm', code: 'X' } },
  ];
  const hash = { ...plain, 'pj:failures': JSON.stringify(failures) };
  for (const status of ['waiting', 'delayed', 'active', 'completed', 'failed'] as const) {
    expect(toJobRecord('7', status, hash).failures).toEqual(failures);
  }
  for (const text of ['broken', '{}', '[]']) {
    const odd = toJobRecord('7', 'failed', { ...plain, 'pj:failures': text });
    expect(odd).not.toHaveProperty('failures');
  }
});

test('reads priorities, progress and options others may have written', () => {
  const hash = { ...plain, opts: 'broken', priority: '5', progress: '"half"' };
  expect(toJobRecord('7', 'active', hash)).toMatchObject({
    priority: 1_048_571,
    progress: { value: 'half' },
    maxAttempts: 1,
  });
});

test('makes a hash of what a script answers', () => {
  expect(toJobHash(['a', '1', 'b', '2'])).toEqual({ a: '1', b: '2' });
});
