import type { Verdict } from './judge.ts';

/** Describes a verdict in one line. */
export function describeVerdict({ title, wanted, value, met }: Verdict): string {
  const got = value === undefined ? 'not measured' : shorten(value);
  return `${met ? 'met' : 'MISSED'}: ${title}: wanted ${wanted}, got ${got}`;
}

function shorten(value: number): string {
  return value.toLocaleString('en-GB', { maximumFractionDigits: value < 100 ? 2 : 0 });
}
