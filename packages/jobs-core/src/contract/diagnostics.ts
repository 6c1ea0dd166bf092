/** Describes one finding about the store, for an operator. */
export interface Diagnosis {
  /** The subject of the check, such as `version` or `eviction policy`. */
  readonly check: string;
  /** Whether it is as it should be. */
  readonly ok: boolean;
  /** The finding. Never contains a secret. */
  readonly found: string;
  /** The remedy. */
  readonly fix?: string;
}

/** Checks the store's own health: its version, its settings, its clock. */
export interface Diagnostics {
  /** Runs all checks. */
  examine(): Promise<readonly Diagnosis[]>;
}
