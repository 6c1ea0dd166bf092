/** Writes a whole number with commas: `48,120`. */
export function countText(count: number): string {
  return String(Math.round(count)).replace(/\B(?=(\d{3})+$)/g, ',');
}

/** Writes a share from 0 to 1 as a percentage: `0 %`, `0.4 %`, `12 %`. */
export function percentText(share: number): string {
  const percent = share * 100;
  if (percent > 0 && percent < 0.05) return '<0.1 %';
  const isNear = percent > 99 && percent < 100;
  const digits = (percent > 0 && percent < 10) || isNear ? 1 : 0;
  return `${Math.min(isNear ? 99.9 : 100, Number(percent.toFixed(digits)))} %`;
}

/** Writes a rate per minute: `0`, `0.4`, `12.5`, `1,204`. */
export function rateText(rate: number): string {
  return rate >= 100 ? countText(rate) : String(Number(rate.toFixed(1)));
}

/** Writes a count with its noun: `1 job`, `12 jobs`. */
export function counted(count: number, noun: string, plural: string = `${noun}s`): string {
  return `${countText(count)} ${count === 1 ? noun : plural}`;
}
