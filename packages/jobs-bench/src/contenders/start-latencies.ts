import { type MailPayload, mailPayload } from './memory/memory-contender.ts';

/** Stores jobs and starts a worker. */
interface Startable {
  enqueue(payload: MailPayload): unknown;
  start(): Promise<void>;
  close(): Promise<void>;
}

const PAUSE_MS = 2;

/** Enqueues one job at a time on an idle worker; returns the times from each call to its handler, in microseconds. */
export async function startLatencies(
  jobs: number,
  setUp: (onStart: () => void) => Promise<Startable>,
): Promise<readonly number[]> {
  const waits: number[] = [];
  let enqueuedAt = 0;
  let started: () => void = () => undefined;
  const run = await setUp(() => {
    waits.push((performance.now() - enqueuedAt) * 1000);
    started();
  });
  await run.start();
  const warmUp = Math.ceil(jobs / 5);
  for (let index = 0; index < jobs + warmUp; index++) {
    const start = new Promise<void>((resolve) => {
      started = resolve;
    });
    enqueuedAt = performance.now();
    await Promise.all([run.enqueue(mailPayload(index)), start]);
    await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
  }
  await run.close();
  return waits.slice(warmUp);
}
