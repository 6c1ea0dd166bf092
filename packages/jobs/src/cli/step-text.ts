import type { JobStep } from '@philjs/jobs-core';
import { errorText, jsonText } from './output.ts';

/** Says on one line how a step, a sleep, a wait or a signal of a job stands: since when, until when, and with what. */
export function stepText(step: JobStep): string {
  const { name, error, result, failedTries: tries } = step;
  const failed =
    error && `${tries === 1 ? 'one try' : `${tries} tries`} failed: ${errorText(error)}`;
  const parts = [failed, jsonText(result)].filter((part) => part !== undefined && part !== '');
  return [`${name} ${stateText(step)}`, ...parts].join(': ');
}

function stateText({ kind, status, startedAt, endedAt, until }: JobStep): string {
  const since = startedAt.toISOString();
  if (kind === 'signal') return `came ${since}`;
  if (endedAt !== undefined) {
    const ms = endedAt.getTime() - startedAt.getTime();
    const what = status === 'timed-out' ? 'timed out' : status;
    return `${what} ${endedAt.toISOString()} after ${ms} ms`;
  }
  const what = kind === 'sleep' ? 'sleeping' : status;
  const end = until === undefined ? 'without a timeout' : `until ${until.toISOString()}`;
  return `${what} since ${since}, ${end}`;
}
