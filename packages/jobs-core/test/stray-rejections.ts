import { settle } from './test-clock.ts';

/** Runs `work`, and answers what was rejected meanwhile with nothing to handle it, as would end a process. */
export async function strayRejections(work: () => Promise<unknown>): Promise<unknown[]> {
  const stray: unknown[] = [];
  const others = process.listeners('unhandledRejection');
  const note = (reason: unknown): void => void stray.push(reason);
  process.removeAllListeners('unhandledRejection');
  process.on('unhandledRejection', note);
  try {
    await work();
    await settle();
  } finally {
    process.off('unhandledRejection', note);
    for (const other of others) process.on('unhandledRejection', other);
  }
  return stray;
}
