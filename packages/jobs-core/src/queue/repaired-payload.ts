import { JobsError } from '../errors/jobs-error.ts';
import { serializeError } from '../errors/serialize-error.ts';
import type { JobDefinition } from '../job/job-definition.ts';
import type { DeadLetter } from './dead-letters.ts';
import { hidePayload } from './hide-payload.ts';
import type { RedriveOptions } from './redrive-options.ts';

/** Says what to do when a payload cannot be repaired: nothing is lost. */
const ADVICE = 'Mend `repair`, then redrive again: this letter and those after it are kept.';

/**
 * Repairs the payload of a letter. The error for a function that throws names no more than the kind of what it threw,
 * whose message may quote the payload: that is its cause.
 *
 * @throws JobsError `JOBS_INVALID_ARGUMENT` when `repair` throws, or returns nothing in place of a payload
 */
export async function repairedPayload(
  repair: NonNullable<RedriveOptions['repair']>,
  payload: unknown,
  { name, schema }: JobDefinition,
  letter: DeadLetter,
): Promise<unknown> {
  const hadNone = payload === undefined;
  const expected = `the payload of job \`${name}\``;
  const details = { field: 'repair', expected, name };
  let repaired: unknown;
  try {
    repaired = await repair(payload, letter);
  } catch (cause) {
    const threw = `it threw \`${serializeError(cause).name}\` (see \`cause\`)`;
    const message = `Expected \`repair\` to return ${expected}, but ${threw}. ${ADVICE}`;
    throw new JobsError('JOBS_INVALID_ARGUMENT', message, { cause, details });
  }
  // A schema says itself whether there may be none.
  if (repaired !== undefined || hadNone || schema !== undefined) return repaired;
  const message = `Expected \`repair\` to return ${expected}, got \`undefined\`. Let it return the payload, also one that it leaves as it is.`;
  throw new JobsError('JOBS_INVALID_ARGUMENT', message, { details });
}

/**
 * Makes the error for a repaired or migrated payload that is refused: it hides what the error quotes of the payload, as
 * a schema may, and says what to do about a repair.
 */
export function refusedRepair(
  error: JobsError,
  payloads: readonly unknown[],
  isRepaired: boolean,
): JobsError {
  const { code, message, details } = error;
  const isAboutPayload = code === 'JOBS_INVALID_PAYLOAD' || code.startsWith('JOBS_PAYLOAD_');
  // A definition computes options from the payload, too; other errors are those of the store.
  if (!isAboutPayload && code !== 'JOBS_INVALID_ARGUMENT') return error;
  const hide = hidePayload(payloads);
  const hidden = hide(message).replace(/\.?$/, '.');
  const words =
    isAboutPayload && isRepaired
      ? `\`repair\` returned no payload that fits. ${hidden} ${ADVICE}`
      : hidden;
  const issues = details?.['issues'];
  return new JobsError(code, words, {
    details: { ...details, ...(Array.isArray(issues) && { issues: issues.map(hiding(hide)) }) },
  });
}

/** Hides what the message of an issue quotes. */
function hiding(hide: (text: string) => string) {
  return ({ path, message }: { readonly path: string; readonly message: string }) => ({
    path,
    message: hide(message),
  });
}
