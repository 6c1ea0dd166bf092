import { expect, test } from 'vitest';
import { TestClock } from '../../test/test-clock.ts';
import { WORKER_SEEN_EVERY_MS as BEAT_MS, type WorkerRequest } from '../contract/worker-info.ts';
import { startHeartbeat } from './heartbeat.ts';

/** Starts a heartbeat; returns what it did, and what decides how the next beats end. */
function trial() {
  const clock = new TestClock();
  const seen: number[] = [];
  const told: unknown[] = [];
  const next: { asked?: WorkerRequest; error?: Error } = {};
  const see = async () => {
    seen.push(clock.now());
    if (next.error !== undefined) throw next.error;
    return next.asked;
  };
  const hears = {
    onError: (error: unknown) => told.push(error),
    onRequest: (request: WorkerRequest) => told.push(request),
  };
  const start = () => startHeartbeat({ clock, see, ...hears });
  return { clock, seen, told, next, start };
}

test('shows at once and then regularly that a worker lives, until it is ended', async () => {
  const { clock, seen, start } = trial();
  const end = await start();
  await clock.advance(2.5 * BEAT_MS);
  expect(seen).toHaveLength(3);
  end();
  await clock.advance(5 * BEAT_MS);
  expect(seen).toHaveLength(3);
  expect(clock.pending).toBe(0);
});

test('hands each request on once', async () => {
  const { clock, told, next, start } = trial();
  next.asked = 'quiet';
  const end = await start();
  await clock.advance(3 * BEAT_MS);
  expect(told).toEqual(['quiet']);
  next.asked = 'stop';
  await clock.advance(BEAT_MS);
  expect(told).toEqual(['quiet', 'stop']);
  end();
});

test('goes on after a beat that failed, and reports it', async () => {
  const { clock, seen, told, next, start } = trial();
  const end = await start();
  next.error = new Error('away');
  await clock.advance(2 * BEAT_MS);
  expect(told).toEqual([next.error, next.error]);
  expect(seen).toHaveLength(3);
  end();
});

test('sets no timer after a beat that was under way when it was ended', async () => {
  const { clock, next, start } = trial();
  const end = await start();
  next.error = new Error('away');
  const passing = clock.advance(BEAT_MS);
  end();
  await passing;
  expect(clock.pending).toBe(0);
});

test('rejects when the first beat fails', async () => {
  const { clock, next, start } = trial();
  next.error = new Error('away');
  await expect(start()).rejects.toBe(next.error);
  expect(clock.pending).toBe(0);
});
