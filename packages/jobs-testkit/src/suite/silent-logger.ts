import type { Logger } from '@philjs/jobs-core';

const nothing = (): void => undefined;

/** Writes nothing: what suites provoke is not worth an operator's attention. */
export const silentLogger: Logger = {
  debug: nothing,
  info: nothing,
  warn: nothing,
  error: nothing,
};
