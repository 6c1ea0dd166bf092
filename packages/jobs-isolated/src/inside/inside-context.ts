import { format } from 'node:util';
import { JobsError } from '@philjs/jobs-core';
import { checkDuration, MAX_DURATION_MS } from '@philjs/jobs-core/internal';
import type { IsolatedContext } from '../isolated-context.ts';
import { crossError } from '../messages/crossed-error.ts';
import type { IsolateRun } from './isolate-run.ts';

/** Names the parts of a `JobContext` that do not cross. */
const LEFT_OUT = [
  ...['queue', 'queues', 'completeIn', 'onEnd', 'dependencies', 'dependencyPages', 'addChildren'],
];

/** Makes the `ctx` of an isolated handler. Its functions may be destructured. */
export function insideContext(run: IsolateRun): IsolatedContext {
  const { facts, payload } = run.task;
  let { progress } = facts;
  const ctx: IsolatedContext = {
    ...facts,
    payload,
    get progress() {
      return progress;
    },
    get signal() {
      return run.signal;
    },
    get ended() {
      return run.decision !== undefined;
    },
    updateProgress: async (reported) => {
      await run.call('updateProgress', reported);
      progress = reported as typeof progress;
    },
    log: (...args) => run.tell('log', shown(args)),
    sleep: (ms) => run.call('sleep', ms) as Promise<void>,
    snooze: (ms) => {
      checkDuration('ms', ms, { min: 0, max: MAX_DURATION_MS });
      return run.decide({ kind: 'snoozed', ms });
    },
    fail: (error) => run.decide({ kind: 'failed', error: crossError(error) }),
    holdBack: (ms) => run.call('holdBack', ms) as Promise<void>,
    takeRateLimit: (limit) => run.call('takeRateLimit', limit) as Promise<void>,
    childResults: () => run.call('childResults') as Promise<ReadonlyMap<string, unknown>>,
  };
  for (const name of LEFT_OUT) Object.defineProperty(ctx, name, { get: () => refuse(name) });
  return ctx;
}

/** Shows what was logged as `console.log` would: not everything that can be logged can be copied. */
function shown(args: readonly unknown[]): string {
  try {
    return format(...args);
  } catch (error) {
    return `(what was logged cannot be shown: ${crossError(error).message})`;
  }
}

function refuse(name: string): never {
  throw new JobsError(
    'JOBS_NOT_SUPPORTED',
    `\`ctx.${name}\` does not cross to an isolated handler. Return what it needs, and use it in \`onComplete\` or in middleware, which run in the worker.`,
    { details: { field: name } },
  );
}
