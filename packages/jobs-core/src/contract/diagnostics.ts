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
  /** How many jobs it put back into a state. */
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
   * Looks at a part of the store for jobs of the queue that are stored and in no state, and puts each into the state that its
   * record tells. Only a store that keeps a job apart from its state has this.
   */
  findUnplaced?(params: { readonly cursor?: string }): Promise<Unplaced>;
}
