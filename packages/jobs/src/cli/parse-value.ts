import { InvalidArgumentError } from 'commander';
import { UsageError } from './usage-error.ts';

/** Reads a whole number given on the command line. */
export function parseWholeNumber(text: string): number {
  if (/^-?\d{1,15}$/.test(text)) return Number(text);
  throw new InvalidArgumentError('Expected a whole number.');
}

/** Reads a weight given on the command line. */
export function parseWeight(text: string): number {
  if (/^\d{1,4}(\.\d{1,3})?$/.test(text)) return Number(text);
  throw new InvalidArgumentError('Expected a number from 0.001 to 1000.');
}

/** Reads a duration such as `500ms`, `30s`, `5m`, `2h` or `1d`, in milliseconds. */
export function parseDuration(text: string): number {
  const [, digits, unit = 'ms'] = /^(\d{1,9})(ms|s|m|h|d)?$/.exec(text) ?? [];
  const factor = UNIT_MS[unit];
  if (digits !== undefined && factor !== undefined) return Number(digits) * factor;
  throw new InvalidArgumentError('Expected a duration, such as 500ms, 30s, 5m, 2h or 1d.');
}

const UNIT_MS: Readonly<Record<string, number>> = {
  ms: 1,
  s: 1000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
};

/** Reads JSON given on the command line. */
export function parseJson(where: string, text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new UsageError(
      `Expected ${where} to be JSON: ${error instanceof Error ? error.message : String(error)}`,
    );
  }
}

/** Reads a time of ISO 8601 given on the command line. `Date` would take much else for a time, such as `5` for a month. */
export function parseTime(text: string): Date {
  const [, day = ''] = TIME.exec(text) ?? [];
  const date = new Date(text);
  if (Number.isNaN(date.getTime()) || !isDay(day)) {
    throw new InvalidArgumentError('Expected a time, such as 2026-01-31T09:00:00Z.');
  }
  return date;
}

const TIME =
  /^(\d{4}-\d{2}-\d{2})(?:[T ]\d{2}:\d{2}(?::\d{2}(?:\.\d{1,9})?)?(?:Z|[+-]\d{2}:?\d{2})?)?$/;

/** Returns whether a calendar has a day, which `Date` would move to the next month. */
function isDay(day: string): boolean {
  const date = new Date(day);
  return !Number.isNaN(date.getTime()) && date.toISOString().startsWith(day);
}
