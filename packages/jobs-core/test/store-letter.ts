import type { Backend } from '../src/contract/backend.ts';
import { DEAD_LETTER, type StoredLetter } from '../src/run/dead-letter.ts';

const FOREVER = 10 ** 12;

/** Stores a dead letter, as a job that failed at a time would leave it. */
export async function storeLetter(
  backend: Backend,
  id: string,
  letter: StoredLetter,
  now: number,
): Promise<void> {
  const keep = { age: FOREVER, count: 1000 };
  await backend.add({
    jobs: [
      {
        ...{ id, name: DEAD_LETTER, payload: { ...letter }, version: 1, priority: 0 },
        ...{ createdAt: now, runAt: now + FOREVER, maxAttempts: 1, metadata: {} },
        ...{ keepCompleted: keep, keepFailed: keep, keepCancelled: keep },
      },
    ],
  } as never);
}
