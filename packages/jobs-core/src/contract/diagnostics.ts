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

/** Checks the store's own health: its version, its settings, its clock. */
export interface Diagnostics {
  /** Runs all checks. */
  examine(): Promise<readonly Diagnosis[]>;
}
