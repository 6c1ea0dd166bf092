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

/** Makes a {@link Diagnosis}; its remedy is named only where something is not as it should be. */
export function diagnose(check: string, ok: boolean, found: string, fix?: string): Diagnosis {
  return { check, ok, found, ...(!ok && fix !== undefined && { fix }) };
}

/** Tells what a call of `findUnplaced` did. */
export interface Unplaced {
  /** How many jobs it mended. */
  readonly found: number;
  /** How many keys or rows it looked at, about. */
  readonly looked: number;
  /** How many there are, about. */
  readonly total: number;
  /** Where the next call begins; missing at the end. */
  readonly cursor?: string;
}

/** Checks the store's own health: its version, its settings, its clock. */
export interface Diagnostics {
  /** Runs all checks. */
  examine(): Promise<readonly Diagnosis[]>;
  /**
   * Looks at a part of the store for jobs of the queue that would never run, as another program, a person or a failover may
   * leave them, and mends them. A job that is stored and in no state, where a store keeps the two apart, gets the state that
   * its record tells. A blocked job that counts as open what has ended or is not there counts again what it waits for: one
   * that is gone counts as removed. So the job is put on the list of those to be released, or fails for it.
   */
  findUnplaced?(params: { readonly cursor?: string }): Promise<Unplaced>;
}
