/** Writes what an operator should know. `console` is one. */
export interface Logger {
  /** Details for whoever looks for a fault. */
  debug(message: string, ...details: unknown[]): void;
  /** What happens in normal operation. */
  info(message: string, ...details: unknown[]): void;
  /** What works but should be looked at. */
  warn(message: string, ...details: unknown[]): void;
  /** What went wrong. */
  error(message: string, ...details: unknown[]): void;
}
