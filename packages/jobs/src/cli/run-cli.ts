import { isJobsError } from '@philjs/jobs-core';
import { CommanderError } from 'commander';
import { maskForeign } from '../config/mask-foreign.ts';
import { errorJson } from './error-json.ts';
import { escapeLines } from './escape-lines.ts';
import { FailedJobError } from './failed-job-error.ts';
import type { Io } from './io.ts';
import { isAway } from './is-away.ts';
import { createProgram } from './program.ts';
import { ReportedError } from './reported-error.ts';
import { endListening } from './until-interrupted.ts';
import { UsageError } from './usage-error.ts';

/** Runs the command line; returns the exit code: 0 done, 1 failed or found a problem, 2 for wrong usage. */
export async function runCli(io: Io, version: string): Promise<number> {
  const { args } = io;
  try {
    await createProgram(io, version).parseAsync([...args], { from: 'user' });
    return 0;
  } catch (error) {
    if (error instanceof CommanderError) {
      if (error.exitCode === 0) return 0;
      if (error.code === 'commander.help' && args.includes('--json'))
        io.stderr.write(`${errorJson('missing command')}\n`);
      return 2;
    }
    if (error instanceof ReportedError) return 1;
    io.stderr.write(`${escapeLines(textOf(error, args))}\n`);
    return isMisuse(error) ? 2 : 1;
  } finally {
    endListening();
  }
}

/**
 * Tells a value that was given wrongly, which names its field, from what failed, such as a configuration that throws, or
 * a definition over a dead letter.
 */
function isMisuse(error: unknown): boolean {
  if (error instanceof UsageError) return true;
  if (!isJobsError(error, 'JOBS_INVALID_ARGUMENT')) return false;
  const { field, letter } = error.details ?? {};
  return field !== undefined && letter === undefined;
}

function textOf(error: unknown, args: readonly string[]): string {
  const mask = isOwn(error) || args.includes('--reveal') ? String : maskForeign;
  return args.includes('--json') ? asJson(error, mask) : explain(error, mask);
}

function asJson(error: unknown, mask: (text: string) => string): string {
  const code = isJobsError(error) ? error.code : jobCodeOf(error);
  const message = error instanceof Error ? error.message : String(error);
  return errorJson(mask(message), code);
}

function jobCodeOf(error: unknown): string | undefined {
  return error instanceof FailedJobError ? error.jobCode : undefined;
}

function explain(error: unknown, mask: (text: string) => string): string {
  if (error instanceof FailedJobError) return mask(error.text);
  if (error instanceof UsageError) return `${error.message}\n(philjs-jobs --help tells more)`;
  if (isJobsError(error, 'JOBS_BACKEND_UNAVAILABLE')) {
    if (!isAway(error)) return error.message;
    return `${error.message}\nIs the store running, and is PHILJS_JOBS_URL, REDIS_URL or DATABASE_URL right? \`philjs-jobs doctor\` looks closer.`;
  }
  if (isJobsError(error)) return `${error.code}: ${error.message}`;
  return mask(error instanceof Error ? (error.stack ?? error.message) : String(error));
}

/** Returns whether an error is of this project, whose errors quote no secret. */
function isOwn(error: unknown): boolean {
  return isJobsError(error) || error instanceof UsageError || jobCodeOf(error) !== undefined;
}
