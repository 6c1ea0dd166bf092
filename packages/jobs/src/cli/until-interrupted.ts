/** The functions that remove the listeners of {@link untilInterrupted}. */
const releases = new Set<() => void>();

/** Makes a signal that aborts at the first SIGINT or SIGTERM; another one then ends the process as usual. */
export function untilInterrupted(
  signals: readonly NodeJS.Signals[] = ['SIGINT', 'SIGTERM'],
): AbortSignal {
  const controller = new AbortController();
  const listeners = signals.map((signal) => [signal, () => controller.abort()] as const);
  for (const [signal, listener] of listeners) process.once(signal, listener);
  releases.add(() => {
    for (const [signal, listener] of listeners) process.off(signal, listener);
  });
  return controller.signal;
}

/** Makes a signal that aborts as that of {@link untilInterrupted}, and when no one reads the output any more. */
export function untilUnwanted(closed: AbortSignal): AbortSignal {
  // Not `AbortSignal.any`, which Node lacks before 20.3.
  const controller = new AbortController();
  for (const signal of [untilInterrupted(), closed]) {
    void untilAborted(signal).then(() => controller.abort());
  }
  return controller.signal;
}

/** Ends listening for signals, once a command is over. */
export function endListening(): void {
  for (const release of releases) release();
  releases.clear();
}

/** Resolves when a signal aborts. */
export function untilAborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener('abort', () => resolve(), { once: true });
  });
}
