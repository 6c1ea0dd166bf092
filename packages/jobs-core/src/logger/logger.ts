/** Writes messages for an operator. `console` is one. */
export interface Logger {
  /** Writes details for debugging. */
  debug(message: string, ...details: unknown[]): void;
  /** Writes normal events. */
  info(message: string, ...details: unknown[]): void;
  /** Writes warnings: things that work but need attention. */
  warn(message: string, ...details: unknown[]): void;
  /** Writes errors. */
  error(message: string, ...details: unknown[]): void;
}
