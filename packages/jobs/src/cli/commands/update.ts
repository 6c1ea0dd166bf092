import type { UpdateJobOptions } from '@philjs/jobs-core';
import type { Command } from 'commander';
import { withQueues } from '../command-context.ts';
import type { Io } from '../io.ts';
import { parseDuration, parseTime, parseWholeNumber } from '../parse-value.ts';
import type { GlobalOptions } from '../queue-set.ts';
import { readData } from '../read-data.ts';
import { refuseCut } from '../refuse-cut.ts';
import { UsageError } from '../usage-error.ts';

interface UpdateFlags extends GlobalOptions {
  readonly data?: string;
  readonly priority?: number;
  readonly runAt?: Date;
  readonly delay?: number;
  readonly attempts?: number;
}

/** Registers `update`. */
export function registerUpdate(program: Command, io: Io): void {
  program
    .command('update')
    .description('change a job that waits or is delayed; what is not given stays')
    .argument('<id>', 'the id of the job')
    .option('--data <json>', 'the payload: JSON, @file, or - to read it from stdin')
    .option('--priority <n>', 'higher runs first', parseWholeNumber)
    .option('--run-at <time>', 'when it may start, as in 2026-01-31T09:00:00Z', parseTime)
    .option(
      '--delay <time>',
      'how long to wait from now on: 500 (ms), 30s, 5m, 2h, 1d',
      parseDuration,
    )
    .option('--attempts <n>', 'how many attempts it has in all', parseWholeNumber)
    .action(async (id: string, _flags: unknown, command: Command) => {
      const flags = command.optsWithGlobals<UpdateFlags>();
      const { priority, runAt, delay, attempts } = flags;
      const changes: UpdateJobOptions = {
        ...(flags.data !== undefined && { payload: await readData(flags.data, io) }),
        ...(priority !== undefined && { priority }),
        ...(runAt !== undefined && { runAt }),
        ...(delay !== undefined && { delay }),
        ...(attempts !== undefined && { attempts }),
      };
      if (Object.keys(changes).length === 0) {
        throw new UsageError(
          'Say what to change: --data, --priority, --run-at, --delay, --attempts',
        );
      }
      await withQueues(io, flags, async ({ queues, output }) => {
        const queue = await queues.ofIds(flags.queue, [id]);
        if ('payload' in changes) refuseCut(changes.payload, (await queue.getJob(id))?.payload);
        await queue.updateJob(id, changes);
        output.result({ updated: id }, () => `${output.hostile(id)} was changed`);
      });
    });
}
