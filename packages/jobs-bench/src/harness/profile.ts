import { Session } from 'node:inspector/promises';

/** Describes one function of a profile. */
export interface ProfiledFunction {
  /** Its name; the engine's own work has names in parentheses. */
  readonly name: string;
  /** Where its source is; empty for the engine. */
  readonly url: string;
  /** The time in the function itself, without its calls, in milliseconds. */
  readonly selfMs: number;
}

/** Runs a task under V8's sampling profiler. */
export async function profile(work: () => Promise<void>): Promise<readonly ProfiledFunction[]> {
  const session = new Session();
  session.connect();
  await session.post('Profiler.enable');
  await session.post('Profiler.setSamplingInterval', { interval: 200 });
  await session.post('Profiler.start');
  await work();
  const { profile: taken } = await session.post('Profiler.stop');
  session.disconnect();
  const selfUs = new Map<number, number>();
  for (const [index, id] of (taken.samples ?? []).entries()) {
    selfUs.set(id, (selfUs.get(id) ?? 0) + (taken.timeDeltas?.[index] ?? 0));
  }
  return taken.nodes.map(({ id, callFrame }) => ({
    name: callFrame.functionName,
    url: callFrame.url,
    selfMs: (selfUs.get(id) ?? 0) / 1000,
  }));
}
