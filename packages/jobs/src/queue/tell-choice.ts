import { consoleLogger, type IQueue, type Logger } from '@philjs/jobs-core';

const told = new WeakMap<Logger, Set<string>>();

/** Logs which store was chosen and why, once to a logger: the queues of an application most often have one store. */
export function tellChoice(
  queue: IQueue | undefined,
  why: string,
  logger: Logger = consoleLogger,
): void {
  const before = told.get(logger) ?? new Set();
  if (before.has(why)) return;
  told.set(logger, before.add(why));
  queue?.logger.info(why);
}
