import { isJobsError, JobsError } from '../errors/jobs-error.ts';
import { serializeError } from '../errors/serialize-error.ts';
import { hidePayload } from './hide-payload.ts';
import { refusedRepair } from './repaired-payload.ts';

/** How much of a thrown text an error quotes. */
const MAX_QUOTED = 300;

/** Tells what a redrive made of the payload of a letter. */
interface RedrivenPayload {
  /** The payload with which the job was to be stored, and those before it. */
  readonly payloads: readonly unknown[];
  /** Whether `repair` returned it. */
  readonly isRepaired: boolean;
  /** Whether it is another one than the letter holds. */
  readonly isMigrated: boolean;
}

/**
 * Makes the error for a letter whose job is refused. What a schema or a middleware threw is its cause, and is quoted
 * without the values of the payload. So is what is said of a payload that the letter does not hold: nothing else could
 * tell which of its values are secret.
 */
export function refusedLetter(
  error: unknown,
  jobName: string,
  { payloads, isRepaired, isMigrated }: RedrivenPayload,
): unknown {
  if (!isJobsError(error)) return thrownOver(error, jobName, payloads);
  return isRepaired || isMigrated ? refusedRepair(error, payloads, isRepaired) : error;
}

function thrownOver(cause: unknown, jobName: string, payloads: readonly unknown[]): JobsError {
  const { name, message } = serializeError(cause);
  const hidden = hidePayload(payloads)(`${name}: ${message}`);
  const quoted = hidden.length > MAX_QUOTED ? `${hidden.slice(0, MAX_QUOTED)}…` : hidden;
  return new JobsError(
    'JOBS_INVALID_PAYLOAD',
    `The schema of job \`${jobName}\`, or a middleware around \`enqueue\`, threw \`${quoted}\` (see \`cause\`). Mend it, then redrive again: this letter and those after it are kept.`,
    { cause, details: { jobName } },
  );
}
