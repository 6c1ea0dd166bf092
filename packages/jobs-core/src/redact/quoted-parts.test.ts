import { expect, test } from 'vitest';
import type { Job } from '../queue/job.ts';
import { createRedactor } from './redactor.ts';
import { unmask } from './unmask.ts';

const redactor = createRedactor(['payload.customer.*', 'metadata.tenant', 'result.pdf']);
const parts = {
  payload: { customer: { city: 'Ulm', born: 1815 }, order: 7 },
  metadata: { tenant: 'acme', region: 'eu' },
  result: { pdf: 'x1', pages: 2 },
};
const body = JSON.stringify({ type: 'job.completed', data: { jobId: '7', ...parts } });

function delivery(payload: unknown): Job {
  return {
    ...{
      id: '1',
      queueName: 'default',
      name: 'webhook-delivery',
      status: 'failed',
      progress: 0,
      metadata: {},
    },
    ...{ attemptsMade: 1, maxAttempts: 12, priority: 0, version: 1, fencingToken: 1 },
    ...{ stalledCount: 0, createdAt: new Date(0), runAt: new Date(0), payload },
  };
}

/** A body as it is shown, with masks at the hidden paths. */
const shown = {
  type: 'job.completed',
  data: {
    jobId: '7',
    payload: { customer: { city: '[redacted]', born: '[redacted]' }, order: 7 },
    metadata: { tenant: '[redacted]', region: 'eu' },
    result: { pdf: '[redacted]', pages: 2 },
  },
};

test.each(['job', 'whole', 'row'] as const)(
  '%s masks hidden paths in the body of a webhook',
  (how) => {
    const { payload } = redactor[how](delivery({ endpoint: 'abc', body }));
    expect(JSON.parse((payload as { body: string }).body)).toEqual(shown);
  },
);

test('an edited payload keeps a body that is left as it is, and no mask', () => {
  const stored = { endpoint: 'abc', body };
  const edited = redactor.editable(stored) as { body: string };
  expect(JSON.parse(edited.body)).toEqual(shown);
  expect(unmask(edited, stored, redactor)).toEqual(stored);
  const other = { ...edited, body: edited.body.replace('7', '8') };
  expect(() => unmask(other, stored, redactor)).toThrow('mask');
});

test.each([
  '{"data":{"payload":{"order":7}}}',
  '{ "payload": 5 }',
  '{"payload":{"customer":{"city":"Ulm"}',
  '{"customer":{"city":"Ulm"}}',
  'the {"payload":1}',
])('leaves %j as it is', (text) => {
  expect(redactor.job(delivery({ text })).payload).toEqual({ text });
});

test('a body nested deep, or long, is masked', () => {
  const deep = `${'{"a":'.repeat(90)}${body}${'}'.repeat(90)}`;
  const long = JSON.stringify({ data: { ...parts, more: 'x'.repeat(50_000) } });
  for (const text of [deep, long]) {
    expect(JSON.stringify(redactor.job(delivery({ text })).payload)).not.toMatch(/Ulm|1815|acme/);
  }
});
