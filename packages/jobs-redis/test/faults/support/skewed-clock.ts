// Loaded before a worker process: its clock is off by CLOCK_SKEW_MS, as far as JavaScript can tell.
const skewMs = Number(process.env['CLOCK_SKEW_MS'] ?? 0);
const RealDate = Date;
const now = (): number => RealDate.now() + skewMs;
globalThis.Date = class extends RealDate {
  constructor(...given: unknown[]) {
    super(...((given.length === 0 ? [now()] : given) as [number]));
  }

  static override now(): number {
    return now();
  }
} as DateConstructor;
