import type { AddResult, NewJob } from '@philjs/jobs-core/backend';
import { decodeJobId, encodeJobId } from '../keys/job-id.ts';

const OUTCOMES = { a: 'added', d: 'duplicate', r: 'replaced' } as const;

/** Holds the answer of the script that adds a job: the stored id, the outcome, when a known job was enqueued. */
export type AddAnswer = readonly [string, keyof typeof OUTCOMES, string];

/** Holds the answer of that script when it refused: the place (from 1) of a job whose id is taken, and the taker's name. */
export type TakenAnswer = readonly [taken: 'taken', place: number, name: string];

/** Returns whether the script refused. */
export function isTaken(answer: readonly AddAnswer[] | TakenAnswer): answer is TakenAnswer {
  return answer[0] === 'taken';
}

/**
 * Reads the outcome of each added job. After a lost connection (`again`), a job that is already stored may be the
 * one that was sent: it then counts as added.
 */
export function toAddResults(
  jobs: readonly NewJob[],
  answers: readonly AddAnswer[],
  again: boolean,
): AddResult[] {
  return answers.map(([id, outcome, createdAt], index) => ({
    id: decodeJobId(id),
    outcome: OUTCOMES[again && isOwn(jobs[index], id, createdAt) ? 'a' : outcome],
  }));
}

function isOwn(job: NewJob | undefined, storedId: string, createdAt: string): boolean {
  return (
    job !== undefined &&
    encodeJobId(job.id) === storedId &&
    createdAt === String(Math.round(job.createdAt))
  );
}
