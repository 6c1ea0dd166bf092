import { JobsError } from '@philjs/jobs-core';

const MISSING: ReadonlySet<unknown> = new Set(['ERR_MODULE_NOT_FOUND', 'MODULE_NOT_FOUND']);

/** Makes the error for a package `pg` that is not installed, or that cannot be read at present. */
export function pgNotLoaded(cause: unknown): JobsError {
  const { code, message } = cause as NodeJS.ErrnoException;
  if (MISSING.has(code)) {
    return new JobsError(
      'JOBS_INVALID_ARGUMENT',
      'The package `pg` is not installed. Run `npm install pg`, or give `postgres` a PGlite database.',
      { cause, details: { field: 'postgres' } },
    );
  }
  return new JobsError(
    'JOBS_BACKEND_UNAVAILABLE',
    `The package \`pg\` cannot be loaded: ${message.replace(/\.$/, '')}. Look at its files, and at how many this process has open (\`ulimit -n\`).`,
    { cause },
  );
}
