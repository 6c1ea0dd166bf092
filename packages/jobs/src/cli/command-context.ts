import { createRedactor, type Redactor } from '@philjs/jobs-monitor';
import type { Io } from './io.ts';
import { Output } from './output.ts';
import { type GlobalOptions, openQueues, type QueueSet } from './queue-set.ts';

/** What every command works with. */
export interface CommandContext {
  readonly io: Io;
  readonly options: GlobalOptions;
  readonly output: Output;
  /** Masks what jobs hold, unless `--reveal` asks for it. */
  readonly redactor: Redactor;
  /** The queues; closed when the command ends. */
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
