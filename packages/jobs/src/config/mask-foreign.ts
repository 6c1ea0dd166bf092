import { createRedactor } from '@philjs/jobs-monitor';

const { text } = createRedactor(undefined);

/** Masks likely secrets in an error of the application: it may quote the address of a store. */
export function maskForeign(error: string): string {
  return text(error);
}
