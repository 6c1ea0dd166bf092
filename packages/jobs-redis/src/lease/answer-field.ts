import { KEPT_ANSWERS } from '@philjs/jobs-core/backend';

/**
 * Returns the field of `pj:answers` that keeps the answer to an exchange: a holder has a few of them, which it uses in
 * turns.
 */
export function answerField(holder: string, sequence: number): string {
  return `${holder}:${sequence % KEPT_ANSWERS}`;
}

/** The fields of the holder that Lua code calls `id`, as Lua arguments. */
export const ANSWER_FIELDS_LUA: string = Array.from(
  { length: KEPT_ANSWERS },
  (_, place) => `id .. ':${place}'`,
).join(', ');
