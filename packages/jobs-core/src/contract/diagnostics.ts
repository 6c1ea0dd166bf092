/** Says what one look at the store found, for an operator. */
export interface Diagnosis {
  /** What was looked at, such as `version` or `eviction policy`. */
  readonly check: string;
  /** Whether it is as it should be. */
  readonly ok: boolean;
  /** What was found. Never a secret. */
  readonly found: string;
  /** What to do about it. */
  readonly fix?: string;
}

/** Looks at the store's own health: its version, its settings, its clock. */
export interface Diagnostics {
  /** Looks at everything worth looking at. */
  examine(): Promise<readonly Diagnosis[]>;
}
