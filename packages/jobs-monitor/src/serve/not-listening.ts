import { JobsError } from '@philjs/jobs-core';

const OTHER_PORT = 'Choose another `port`, or 0 for any free one.';
const OTHER_HOST = 'Let `hostname` be an address of this machine.';
const FEWER_FILES = 'This process has too many files open: raise the limit, as with `ulimit -n`.';

const ADVICE: Readonly<Record<string, string>> = {
  EADDRINUSE: OTHER_PORT,
  EACCES: OTHER_PORT,
  EADDRNOTAVAIL: OTHER_HOST,
  ENOTFOUND: OTHER_HOST,
  EAI_AGAIN: OTHER_HOST,
  EMFILE: FEWER_FILES,
  ENFILE: 'This machine has too many files open: close some, or raise its limit.',
};

/** Makes the error for a server that cannot listen; it says what to do about the cause. */
export function notListening(
  cause: NodeJS.ErrnoException,
  { hostname, port }: { readonly hostname: string; readonly port: number },
): JobsError {
  const advice = ADVICE[cause.code ?? ''] ?? 'Choose another `port` or `hostname`.';
  const where = `${hostname}:${port}`;
  const message = `The dashboard cannot listen on ${where}: ${cause.message}. ${advice}`;
  return new JobsError('JOBS_INVALID_ARGUMENT', message, { cause, details: { port } });
}
