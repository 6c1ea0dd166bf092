import type { StandardSchemaV1 } from '@standard-schema/spec';
import { checkDuration, checkInteger, checkOptions, MAX_DURATION_MS } from '../check/argument.ts';
import { checkBackoff } from '../job/backoff.ts';
import { checkSchema } from '../job/check-job-spec.ts';
import type { StepTries } from '../job/step-options.ts';

/** Checks the options of a step. @throws JobsError `JOBS_INVALID_ARGUMENT` */
export function checkStepOptions(options: StepTries): void {
  const { attempts, backoff } = checkOptions('step', options, ['attempts', 'backoff']);
  if (attempts !== undefined) checkInteger('attempts', attempts, { min: 1, max: 1000 });
  if (backoff !== undefined) checkBackoff('backoff', backoff);
}

/** Checks how to wait for a signal. @throws JobsError `JOBS_INVALID_ARGUMENT` */
export function checkSignalOptions(options: object): {
  readonly timeout?: number;
  readonly schema?: StandardSchemaV1;
} {
  const { timeout, schema } = checkOptions('waitFor', options, ['timeout', 'schema']);
  return {
    ...(timeout !== undefined && {
      timeout: checkDuration('timeout', timeout, { min: 0, max: MAX_DURATION_MS }),
    }),
    ...(schema !== undefined && { schema: checkSchema(schema) }),
  };
}
