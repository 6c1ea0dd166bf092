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

/** Reads a time given on the command line. */
export function parseTime(text: string): Date {
  const date = new Date(text);
  if (Number.isNaN(date.getTime())) {
    throw new InvalidArgumentError('Expected a time, such as 2026-01-31T09:00:00Z.');
  }
  return date;
}
