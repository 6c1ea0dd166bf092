const UNITS: readonly (readonly [string, number])[] = [
  ['d', 86_400_000],
  ['h', 3_600_000],
  ['min', 60_000],
  ['s', 1000],
];

/** Writes several durations; a common unit appears once: `13 · 83 · 111 ms`. */
export function durationsText(all: readonly number[]): string {
  const top = Math.max(...all);
  if (top >= 1000) return all.map(durationText).join(' · ');
  const texts = all.map((ms) => (ms > 0 && ms < 1 ? '<1' : String(Math.round(ms))));
  return `${texts.join(' · ')} ms`;
}

/** Writes a short duration for people, in one or two units: `4 ms`, `1.5 s`, `14 min`, `2 h 5 min`. */
export function durationText(ms: number): string {
  if (ms < 1) return ms <= 0 ? '0 ms' : '< 1 ms';
  if (ms < 1000) return `${Math.round(ms)} ms`;
  if (ms < 9950) return `${Number((ms / 1000).toFixed(1))} s`;
  if (ms < 59_500) return `${Math.round(ms / 1000)} s`;
  for (const [index, [unit, length]] of UNITS.entries()) {
    if (ms < length) continue;
    const [smaller, shorter] = UNITS[index + 1] ?? ['ms', 1];
    const whole = Math.floor(ms / length);
    const rest = Math.floor((ms - whole * length) / shorter);
    return rest === 0 || whole >= 10 ? `${whole} ${unit}` : `${whole} ${unit} ${rest} ${smaller}`;
  }
  return `${Math.round(ms / 1000)} s`;
}
