import { refusePromise } from '../check/refuse-promise.ts';
import type { ErrorCode } from '../errors/error-code.ts';
import { JobsError } from '../errors/jobs-error.ts';
import type { Codec } from './codec.ts';

/**
 * Encodes a payload or a result, if there is a codec and a value.
 *
 * @throws JobsError with the given code when the codec cannot encode it
 */
export function encodeValue(
  codec: Codec | undefined,
  value: unknown,
  label: string,
  code: ErrorCode,
): unknown {
  if (codec === undefined || value === undefined) return value;
  try {
    const encoded: unknown = codec.encode(value);
    refusePromise('codec.encode', 'JSON', encoded);
    return encoded;
  } catch (cause) {
    throw new JobsError(code, `The codec cannot encode the ${label}`, {
      cause,
      details: { path: label },
    });
  }
}
