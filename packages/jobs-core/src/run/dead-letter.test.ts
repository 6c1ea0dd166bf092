import { expect, it } from 'vitest';
import type { JobRecord } from '../contract/job-record.ts';
import type { Outcome } from '../contract/outcome.ts';
import type { JsonValue } from '../json/json-value.ts';
import { MAX_JSON_DEPTH } from '../json/to-json.ts';
import { withDeadLetter } from './dead-letter.ts';
import type { RunServices } from './run-services.ts';

const services = { clock: { now: () => 7 }, queue: { name: 'tested' } } as unknown as RunServices;
const job = {
  id: 'a',
  name: 'job',
  metadata: {},
  createdAt: 1,
  version: 1,
  attemptsMade: 0,
} as JobRecord;

function failed(code: string): Outcome {
  return {
    type: 'fail',
    error: { name: 'Error', message: 'no', code },
    failures: [],
    attemptUsed: true,
  };
}

it('leaves a letter of what failed by itself, and none of what failed for a job it waited for', () => {
  expect(withDeadLetter(services, job, failed('EBANK'), 'dead')).toHaveProperty(
    'deadLetter.queue',
    'dead',
  );
  const outcome = failed('JOBS_DEPENDENCY_FAILED');
  const waited = { ...job, dependencies: { total: 2, open: 1, failed: 1 } };
  expect(withDeadLetter(services, waited, outcome, 'dead')).toBe(outcome);
  // Its handler threw that: retrying the other one does not bring it back.
  const ran = { ...job, dependencies: { total: 2, open: 0, failed: 0 } };
  expect(withDeadLetter(services, ran, outcome, 'dead')).toHaveProperty('deadLetter.queue', 'dead');
});

it('leaves a letter of a payload that is nested as deeply as one may be', () => {
  let payload: JsonValue = 'deep';
  for (let level = 0; level < MAX_JSON_DEPTH; level++) payload = [payload];
  const outcome = withDeadLetter(services, { ...job, payload }, failed('EBANK'), 'dead');
  expect(outcome).toMatchObject({ deadLetter: { job: { payload: { payload } } } });
});
