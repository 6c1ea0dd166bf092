import { isThenable } from '../check/is-thenable.ts';
import { consoleLogger } from './console-logger.ts';
import type { Logger } from './logger.ts';

const safe = new WeakMap<object, Logger>();

/**
 * Wraps a logger so that it never throws: an exception or rejection of the logger costs no job and no slot. The
 * console reports it, once for each logger.
 */
export function safeLogger<TLogger extends Partial<Logger>>(logger: TLogger): TLogger {
  const known = safe.get(logger);
  if (known !== undefined) return known as TLogger;
  const warned = { yet: false };
  const made = Object.fromEntries(
    (['debug', 'info', 'warn', 'error'] as const)
      .filter((level) => typeof logger[level] === 'function')
      .map((level) => [level, writeSafely(logger, level, warned)]),
  ) as unknown as TLogger;
  safe.set(logger, made as Logger);
  safe.set(made, made as Logger);
  return made;
}

function writeSafely(
  logger: Partial<Logger>,
  level: keyof Logger,
  warned: { yet: boolean },
): Logger['info'] {
  const report = (error: unknown): void => {
    if (warned.yet) return;
    warned.yet = true;
    try {
      consoleLogger.error(`The logger threw in \`${level}\`; what it was to write is lost`, error);
    } catch {
      // If the console throws too, there is nowhere left to report it.
    }
  };
  return (message, ...details) => {
    try {
      const answer: unknown = logger[level]?.(message, ...details);
      if (isThenable(answer)) answer.then(undefined, report);
    } catch (error) {
      report(error);
    }
  };
}
