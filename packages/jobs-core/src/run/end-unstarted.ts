import { detached } from '../clock/detached.ts';
import type { JobRecord } from '../contract/job-record.ts';
import { RunContext } from './run-context.ts';
import { RunControl } from './run-control.ts';
import { runHook } from './run-hook.ts';
import type { RunServices } from './run-services.ts';

/**
 * Completes the end of a job whose handler did not run: counts it, and calls its `onFail` or `onCancel`. Returns a
 * promise only if there is a hook to wait for.
 */
export function endUnstarted(
  services: RunServices,
  job: JobRecord,
  type: 'fail' | 'cancel',
  error: Error | undefined,
): Promise<void> | undefined {
  services.metrics?.count(job.name, type === 'fail' ? 'failed' : 'cancelled');
  return callHook(services, job, type === 'fail' ? 'onFail' : 'onCancel', error);
}

/** Calls a hook of a job that is not running here, outside of the async context of the caller, who may be a user's request. */
export function callHook(
  services: RunServices,
  job: JobRecord,
  name: 'onFail' | 'onCancel',
  error: Error | undefined,
): Promise<void> | undefined {
  const hook = services.registry.get(job.name)?.options[name];
  if (hook === undefined) return undefined;
  const origin = { jobId: job.id, name: job.name };
  const control = new RunControl();
  control.close(undefined, { reportStray: (stray) => services.reportError(stray, origin) });
  const context = new RunContext(services, job, control);
  const running = runHook(services, origin, name, () =>
    detached(() => hook(error, context), undefined),
  );
  return Promise.resolve(running).then(() => {
    control.isPast = true;
  });
}
