import { createRedactor, type Redactor } from '@philjs/jobs-monitor';
import type { Io } from './io.ts';
import { Output } from './output.ts';
import { type GlobalOptions, openQueues, type QueueSet } from './queue-set.ts';

/** Holds the inputs of every command. */
export interface CommandContext {
  readonly io: Io;
  readonly options: GlobalOptions;
  readonly output: Output;
  /** Masks the data of jobs, unless `--reveal` is given. */
  readonly redactor: Redactor;
  /** The queues, which are closed when the command ends. */
  readonly queues: QueueSet;
}

/** Runs a command with its queues open, and closes them whatever happens. */
export async function withQueues(
  io: Io,
  options: GlobalOptions,
  run: (context: CommandContext) => Promise<void>,
): Promise<void> {
  const output = new Output(io, options.json === true);
  const queues = await openQueues(options, io);
  try {
    const redactor = createRedactor(options.reveal ? false : queues.config?.redact);
    await run({ io, options, output, redactor, queues });
  } finally {
    await queues.close();
  }
}
