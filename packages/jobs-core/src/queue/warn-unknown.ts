import type { Logger } from '../logger/logger.ts';

/** Makes a function that logs, once for each name, which options a job enqueued by its name alone loses. */
export function warnUnknown(queueName: string, logger: Logger): (name: string) => void {
  const warned = new Set<string>();
  return (name) => {
    if (warned.has(name)) return;
    warned.add(name);
    logger.warn(
      `Queue \`${queueName}\` has no definition of job \`${name}\` and stores it with the queue's defaults: its schema, codec, version, attempts, priority, delay, expiry, retention, deduplication and limits are not known here. Import what \`declareJob\` makes of it to keep them.`,
    );
  };
}
