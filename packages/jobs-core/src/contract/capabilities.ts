/** Declares what a backend can do. A missing part means `JOBS_NOT_SUPPORTED`, never a substitute. */
export interface Capabilities {
  /** It has {@link EventSource}. @default false */
  readonly events: boolean;
  /** Its event source never misses an event while subscribed. @default false */
  readonly reliableEvents: boolean;
  /** It has {@link RateLimiter}. @default false */
  readonly rateLimits: boolean;
  /** It keeps `concurrencyLimits` over all consumers. @default false */
  readonly concurrencyLimits: boolean;
  /**
   * It hands out only jobs whose limits allow a start now: concurrency, also by key, and rates, counted in starts.
   * Without it core makes reservations with the {@link RateLimiter}, and concurrency limits by key are refused.
   * @default false
   */
  readonly limits: boolean;
  /**
   * It counts jobs by `limitOwner` of their name and key, so that jobs of several names share a limit. Part of
   * {@link Capabilities.limits}. @default false
   */
  readonly sharedLimits: boolean;
  /**
   * A job whose `concurrencyKey` is strict (`strictOf`) keeps its slot of that key while it waits for a further run, and where
   * the key says so once it has failed. Part of {@link Capabilities.limits}. @default false
   */
  readonly strictOrder: boolean;
  /** It can store and complete jobs within a transaction the caller began. @default false */
  readonly transactions: boolean;
  /** It has {@link OrderStore}: orders other than first in, first out. @default false */
  readonly orders: boolean;
  /** It enforces deduplication keys. @default false */
  readonly deduplication: boolean;
  /** It has {@link KeyStore}. @default false */
  readonly keys: boolean;
  /** It has {@link WorkflowStore}. @default false */
  readonly workflows: boolean;
  /** It stores dead letters of a failed job in the step that records the failure. @default false */
  readonly deadLetters: boolean;
  /** It has {@link ScheduleStore}. @default false */
  readonly schedules: boolean;
  /** It has {@link MetricsStore}. @default false */
  readonly metrics: boolean;
  /** It has {@link LogStore}. @default false */
  readonly logs: boolean;
  /** It has {@link StepStore}. @default false */
  readonly steps: boolean;
  /** It has {@link WorkerStore}. @default false */
  readonly workers: boolean;
  /** It has {@link UpdateStore}. @default false */
  readonly updates: boolean;
  /** It has {@link Diagnostics}. @default false */
  readonly diagnostics: boolean;
  /** Its jobs survive the end of the process. @default false */
  readonly durable: boolean;
  /** Several processes can share a queue. @default false */
  readonly multiProcess: boolean;
  /** It takes the time and its timers from the given clock alone. @default false */
  readonly virtualTime: boolean;
  /** How late a delayed job may start when a slot is free, in milliseconds. @default 1000 */
  readonly timeResolutionMs: number;
}

const DEFAULTS: Capabilities = {
  events: false,
  reliableEvents: false,
  rateLimits: false,
  concurrencyLimits: false,
  limits: false,
  sharedLimits: false,
  strictOrder: false,
  transactions: false,
  orders: false,
  deduplication: false,
  keys: false,
  workflows: false,
  deadLetters: false,
  schedules: false,
  metrics: false,
  logs: false,
  steps: false,
  workers: false,
  updates: false,
  diagnostics: false,
  durable: false,
  multiProcess: false,
  virtualTime: false,
  timeResolutionMs: 1000,
};

/**
 * Declares a backend's capabilities: each one that is not given gets its documented default. The result is frozen.
 *
 * @throws TypeError for an unknown capability or a value of the wrong kind
 */
export function defineCapabilities(partial: Partial<Capabilities>): Capabilities {
  for (const [key, value] of Object.entries(partial)) {
    const expected = typeof DEFAULTS[key as keyof Capabilities];
    if (expected === 'undefined') throw new TypeError(`Unknown capability \`${key}\``);
    if (value !== undefined && typeof value !== expected) {
      throw new TypeError(
        `Expected capability \`${key}\` to be a ${expected}, got ${typeof value}`,
      );
    }
  }
  const given = Object.entries(partial).filter(([, value]) => value !== undefined);
  return Object.freeze({ ...DEFAULTS, ...Object.fromEntries(given) });
}
