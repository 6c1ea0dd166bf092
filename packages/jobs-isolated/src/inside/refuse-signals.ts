import { crossError } from '../messages/crossed-error.ts';
import type { Uncaught } from '../messages/uncaught.ts';

let isSet = false;

/**
 * Makes a process live as long as its worker needs it. What stops a worker often signals the whole group: Ctrl-C, or a
 * service manager. The worker then finishes its jobs, so a process that runs one goes on. It ends with its worker, whose
 * end it notices by the channel between them, and tells it the error that nothing caught.
 */
export function refuseSignals(isBusy: () => boolean): void {
  if (isSet) return;
  isSet = true;
  process.on('SIGINT', () => undefined);
  process.on('SIGTERM', () => {
    if (!isBusy()) process.exit(0);
  });
  process.on('disconnect', () => process.exit(0));
  process.on('uncaughtExceptionMonitor', (error) => {
    const last: Uncaught = { kind: 'uncaught', error: crossError(error) };
    process.send?.(last, undefined, {}, () => undefined);
  });
}
