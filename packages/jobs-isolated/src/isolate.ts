/**
 * Is what the threads and processes of `isolated` run. The pool finds it here; an application does not import it.
 *
 * @packageDocumentation
 */
import { serialize } from 'node:v8';
import { isMainThread, threadId } from 'node:worker_threads';
import { JobsError, RunEnded } from '@philjs/jobs-core';
import { toError } from '@philjs/jobs-core/internal';
import { type HostLine, lineOfProcess, lineOfThread } from './inside/host-line.ts';
import { insideContext } from './inside/inside-context.ts';
import { IsolateRun, threw } from './inside/isolate-run.ts';
import { loadHandler } from './inside/load-handler.ts';
import { refuseSignals } from './inside/refuse-signals.ts';
import type { HostMessage } from './messages/host-message.ts';
import type { Outcome } from './messages/outcome.ts';
import type { Task } from './messages/task.ts';

/** The runs that the host may still send something to. */
const runs = new Map<number, IsolateRun>();
let isBusy = false;

if (isMainThread) refuseSignals(() => isBusy);

/** Runs a handler once. Never rejects. */
export async function runTask(task: Task): Promise<Outcome> {
  const line = lineFor(task);
  const run = new IsolateRun(task, line);
  runs.set(task.run, run);
  isBusy = true;
  line.post({ kind: 'begun', run: task.run, isolate: isMainThread ? process.pid : threadId });
  const outcome = await handle(run);
  run.end();
  isBusy = false;
  if (run.isSettled) runs.delete(task.run);
  return run.decision ?? outcome;
}

function lineFor({ port }: Task): HostLine {
  return isMainThread ? lineOfProcess(deliver) : lineOfThread(port, deliver);
}

function deliver(message: HostMessage): void {
  const run = runs.get(message.run);
  run?.deliver(message);
  if (run?.isSettled) runs.delete(message.run);
}

async function handle(run: IsolateRun): Promise<Outcome> {
  try {
    const handler = await loadHandler(run.task.module);
    const value = await handler(run.task.payload, insideContext(run));
    return returned(run.task, value);
  } catch (thrown) {
    if (thrown instanceof RunEnded && run.decision !== undefined) return run.decision;
    return threw(thrown);
  }
}

/** Tells what a handler returned, if that can be copied: the pool's own way of finding out would end the isolate. */
function returned({ module }: Task, value: unknown): Outcome {
  try {
    if (typeof value === 'object' || typeof value === 'function' || typeof value === 'symbol') {
      if (isMainThread) serialize(value);
      else structuredClone(value);
    }
    return { kind: 'returned', value };
  } catch (thrown) {
    const { message } = toError(thrown);
    return threw(
      new JobsError(
        'JOBS_RESULT_NOT_SERIALIZABLE',
        `What the handler of \`${module}\` returned cannot be copied to the worker: ${message}. Return plain data.`,
        { details: { module } },
      ),
    );
  }
}
