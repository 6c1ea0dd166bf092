import { isJobsError } from '../src/errors/jobs-error.ts';

/** The parts of an error a test looks at. */
export interface Refusal {
  readonly code: string | undefined;
  readonly field: unknown;
}

/** Calls, and answers the code and the field of what it throws; `undefined` when it throws nothing. */
export function refusalOf(call: () => unknown): Refusal | undefined {
  try {
    call();
    return undefined;
  } catch (error) {
    return describe(error);
  }
}

/** Waits, and answers the code and the field of the rejection; `undefined` when there is none. */
export async function rejectionOf(promise: unknown): Promise<Refusal | undefined> {
  try {
    await promise;
    return undefined;
  } catch (error) {
    return describe(error);
  }
}

function describe(error: unknown): Refusal {
  if (!isJobsError(error)) throw error;
  return { code: error.code, field: error.details?.['field'] };
}
