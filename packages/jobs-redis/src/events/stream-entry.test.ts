import { expect, test } from 'vitest';
import { isAfter, toBackendEvent, toStreams } from './stream-entry.ts';

const facts = { name: 'a', error: undefined };
const entry = (fields: Record<string, string>): { id: string; fields: Record<string, string> } => ({
  id: '5-0',
  fields,
});

test('reads the answer, or none', () => {
  const answer = [['key', [['5-1', ['event', 'drained']]]]];
  const expected = [['key', [{ id: '5-1', fields: { event: 'drained' } }]]];
  expect(JSON.parse(JSON.stringify(toStreams(answer)))).toEqual(expected);
  expect(toStreams(null)).toEqual([]);
});

test('compares ids as numbers', () => {
  expect([isAfter('10-0', '9-5'), isAfter('9-10', '9-9'), isAfter('9-9', '9-9')]).toEqual([
    true,
    true,
    false,
  ]);
});

test('makes events of what BullMQ and we write', () => {
  const event = (fields: Record<string, string>): unknown => toBackendEvent(entry(fields), facts);
  const base = { jobId: 'j', name: 'a', at: 5 };
  expect(event({ event: 'waiting', jobId: 'j' })).toEqual({ type: 'waiting', ...base });
  expect(event({ event: 'delayed', jobId: 'j', delay: '9' })).toEqual({
    type: 'delayed',
    ...base,
    runAt: 9,
  });
  expect(event({ event: 'progress', jobId: 'j', data: '7' })).toEqual({
    type: 'progress',
    ...base,
    progress: 7,
  });
  expect(event({ event: 'completed', jobId: '~1', returnvalue: '{"x":1}' })).toEqual({
    type: 'completed',
    ...base,
    jobId: '1',
    result: { x: 1 },
  });
  expect(event({ event: 'failed', jobId: 'j', failedReason: 'no' })).toEqual({
    type: 'failed',
    ...base,
    error: { name: 'Error', message: 'no' },
  });
  expect(event({ event: 'paused' })).toEqual({ type: 'paused', at: 5 });
});

test('keeps BullMQ’s own business to itself', () => {
  for (const event of ['added', 'retries-exhausted', 'priority-changed']) {
    expect(toBackendEvent(entry({ event, jobId: 'j' }), facts)).toBeUndefined();
  }
});
