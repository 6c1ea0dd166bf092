import type { Codec } from '@philjs/jobs-core';
import type { StepEntry } from '@philjs/jobs-core/backend';
import { stepKey } from '@philjs/jobs-core/internal';
import type { RunJobOptions } from './run-job.ts';

/** Makes what earlier runs of a job left: the results of steps, sleeps that are over, and signals that have come. */
export function earlierSteps(
  { steps = {}, signals = {} }: Pick<RunJobOptions, 'steps' | 'signals'>,
  codec: Codec | undefined,
): readonly StepEntry[] {
  const stored = (value: unknown): unknown =>
    codec === undefined || value === undefined ? value : codec.encode(value);
  const done = Object.entries(steps).flatMap(([name, result]) => [
    entry(stepKey('step', name), { at: 0, endedAt: 0, result: stored(result) }),
    entry(stepKey('sleep', name), { at: 0, until: 0 }),
  ]);
  const come = Object.entries(signals).map(([name, payload]) =>
    entry(stepKey('signal', name), { at: 0, result: stored(payload) }),
  );
  return [...done, ...come];
}

function entry(key: string, mark: object): StepEntry {
  return { key, text: JSON.stringify(mark) };
}
