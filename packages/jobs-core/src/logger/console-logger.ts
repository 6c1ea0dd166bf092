import type { Logger } from './logger.ts';

/** Writes to the console, without debug details. */
// biome-ignore-start lint/suspicious/noConsole: this is where writing to the console belongs
export const consoleLogger: Logger = {
  debug: () => undefined,
  info: (message, ...details) => console.info(message, ...details),
  warn: (message, ...details) => console.warn(message, ...details),
  error: (message, ...details) => console.error(message, ...details),
};
// biome-ignore-end lint/suspicious/noConsole: as above
