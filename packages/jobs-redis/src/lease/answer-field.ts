import { KEPT_ANSWERS } from '@philjs/jobs-core/backend';

/**
 * Returns the field of `pj:answers` that keeps the answer to an exchange: a holder has a few of them, which it uses in
 * turns.
 */
export function answerField(holder: string, sequence: number): string {
  return `${holder}:${sequence % KEPT_ANSWERS}`;
}
