import type { Logger } from '@philjs/jobs-core';

const nothing = (): void => undefined;

/** Writes nothing: the warnings that suites provoke are expected. */
export const silentLogger: Logger = {
  debug: nothing,
  info: nothing,
  warn: nothing,
  error: nothing,
};
