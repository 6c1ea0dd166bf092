import type { JsonValue } from '@philjs/jobs-core';

/** BullMQ's text for no data, with a space added: it keeps "no payload" apart from `{}`. */
const NO_PAYLOAD = '{ }';
/** BullMQ stores both no result and `null` as `null`; here `null` has a space. */
const NULL_RESULT = 'null ';

/** Writes a payload as BullMQ's job data. */
export function encodePayload(payload: JsonValue | undefined): string {
  return payload === undefined ? NO_PAYLOAD : JSON.stringify(payload);
}

/** Reads BullMQ's job data as a payload. */
export function decodePayload(data: string | undefined): JsonValue | undefined {
  return data === undefined || data === NO_PAYLOAD ? undefined : parseOr(data, data);
}

/** Writes a result as BullMQ's return value. */
export function encodeResult(result: JsonValue | undefined): string {
  if (result === undefined) return 'null';
  return result === null ? NULL_RESULT : JSON.stringify(result);
}

/** Reads BullMQ's return value as a result. */
export function decodeResult(returnValue: string): JsonValue | undefined {
  return returnValue === 'null' ? undefined : parseOr(returnValue, returnValue);
}

/** Parses JSON that other tools may have written; text that is not JSON stays text. */
export function parseOr<T>(text: string, otherwise: T): JsonValue | T {
  try {
    return JSON.parse(text);
  } catch {
    return otherwise;
  }
}

/** Parses JSON that core or we wrote, which nothing checks again; returns `otherwise` for text that is no JSON. */
export function parseOwn<T>(text: string, otherwise: T): T {
  return parseOr(text, otherwise) as T;
}
