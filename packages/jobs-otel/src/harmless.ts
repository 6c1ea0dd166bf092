import { type Context, context, diag } from '@opentelemetry/api';

/**
 * Makes a call of an SDK whose failure must reach no job: a throw goes to OpenTelemetry's diagnostic logger, and the
 * answer is `undefined`.
 */
export function harmless<T>(call: () => T): T | undefined {
  try {
    return call();
  } catch (error) {
    try {
      diag.error('@philjs/jobs-otel: a call of the SDK threw; the job goes on without it', error);
    } catch {
      // There is nowhere left to report it.
    }
    return undefined;
  }
}

/** Makes a call once within a context; a context manager that throws costs only the context. */
export function within<T>(active: Context, call: () => Promise<T>): Promise<T> {
  let answer: Promise<T> | undefined;
  harmless(() =>
    context.with(active, () => {
      answer = call();
    }),
  );
  return answer ?? call();
}
