import { refusePromise } from '../check/refuse-promise.ts';
import { JobsError } from '../errors/jobs-error.ts';
import type { JsonValue } from '../json/json-value.ts';
import type { Codec } from './codec.ts';

/**
 * Decodes a stored payload, if there is a codec and a payload.
 *
 * @throws JobsError `JOBS_INVALID_PAYLOAD` when the codec cannot read it
 */
export function decodeStored(
  codec: Codec | undefined,
  stored: JsonValue | undefined,
  jobName: string,
): unknown {
  if (codec === undefined || stored === undefined) return stored;
  try {
    const decoded = codec.decode(stored);
    refusePromise('codec.decode', 'the value', decoded);
    return decoded;
  } catch (cause) {
    const message = `The codec of job \`${jobName}\` cannot decode its stored payload`;
    throw new JobsError('JOBS_INVALID_PAYLOAD', message, { cause, details: { jobName } });
  }
}
