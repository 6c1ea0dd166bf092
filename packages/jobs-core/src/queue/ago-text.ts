const UNITS = [
  [86_400_000, 'd'],
  [3_600_000, 'h'],
  [60_000, 'min'],
] as const;

/** Writes how long ago something was, in the largest unit of which there are two or more: `12 s ago`, `3 min ago`. */
export function agoText(ms: number): string {
  const [size, name] = UNITS.find(([unit]) => ms >= 2 * unit) ?? [1_000, 's'];
  return `${Math.floor(ms / size)} ${name} ago`;
}
