// Loaded before a worker process: its clock is off by CLOCK_SKEW_MS, as far as JavaScript can tell; if
// CLOCK_STEP_AFTER_MS is given, only when the process has run so long.
const skewMs = Number(process.env['CLOCK_SKEW_MS'] ?? 0);
const RealDate = Date;
const stepAfterMs = Number(process.env['CLOCK_STEP_AFTER_MS'] ?? 0);
const now = (): number => RealDate.now() + (performance.now() < stepAfterMs ? 0 : skewMs);
globalThis.Date = class extends RealDate {
  constructor(...given: unknown[]) {
    super(...((given.length === 0 ? [now()] : given) as [number]));
  }

  static override now(): number {
    return now();
  }
} as DateConstructor;
