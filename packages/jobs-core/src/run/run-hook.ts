import { isThenable } from '../check/is-thenable.ts';
import { attend } from '../clock/attend.ts';
import type { Clock } from '../clock/clock.ts';
import { JobsError } from '../errors/jobs-error.ts';
import type { ErrorOrigin, RunServices } from './run-services.ts';

/** How long a hook may delay its job's outcome. */
const HOOK_TIMEOUT_MS = 30_000;

/**
 * Runs a hook whose failure changes nothing: a throw, a rejection or a hook that does not end within 30 s is reported
 * as an `error` event. Returns a promise only if there is something to wait for.
 */
export function runHook(
  services: RunServices,
  origin: ErrorOrigin,
  name: string,
  hook: () => unknown,
): Promise<void> | undefined {
  try {
    return attend(services.clock, () => ended(services, origin, name, hook()), HOOK_TIMEOUT_MS);
  } catch (error) {
    services.reportError(error, origin);
    return undefined;
  }
}

/** Waits for the promise of a hook that returned one. */
function ended(
  services: RunServices,
  origin: ErrorOrigin,
  name: string,
  answer: unknown,
): Promise<void> | undefined {
  if (!isThenable(answer)) return undefined;
  return bounded(services.clock, name, Promise.resolve(answer)).catch((error) =>
    services.reportError(error, origin),
  );
}

function bounded(clock: Clock, name: string, work: Promise<unknown>): Promise<void> {
  return new Promise((resolve, reject) => {
    const giveUp = (): void => {
      const message = `The hook \`${name}\` did not end within ${HOOK_TIMEOUT_MS} ms and is not waited for`;
      reject(new JobsError('JOBS_TIMEOUT', message));
    };
    const timer = clock.setTimeout(giveUp, HOOK_TIMEOUT_MS);
    work.then(
      () => {
        clock.clearTimeout(timer);
        resolve();
      },
      (error) => {
        clock.clearTimeout(timer);
        reject(error);
      },
    );
  });
}
