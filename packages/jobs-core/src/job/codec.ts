import type { JsonValue } from '../json/json-value.ts';

/**
 * Turns payloads and results into JSON and back, so that they may hold values JSON cannot carry, such as `Date` or
 * `Map` (`superjson` is one: `{ encode: superjson.serialize, decode: superjson.deserialize }`).
 */
export interface Codec {
  /** Turns a value into JSON. */
  encode(value: unknown): JsonValue;
  /** Turns the JSON of {@link encode} back into a value. */
  decode(json: JsonValue): unknown;
}
