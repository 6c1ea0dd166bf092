import { Queue } from '@philjs/jobs-core';
import type { Command } from 'commander';
import { optionalPackage } from '../../queue/optional-package.ts';
import type { Io } from '../io.ts';
import { Output } from '../output.ts';
import { parseWholeNumber } from '../parse-value.ts';
import { type GlobalOptions, setAddresses } from '../queue-set.ts';
import { UsageError } from '../usage-error.ts';

interface MigrateFlags extends GlobalOptions {
  readonly print?: boolean;
  readonly schema: string;
  readonly from?: number;
}

/** Registers `migrate`. */
export function registerMigrate(program: Command, io: Io): void {
  program
    .command('migrate')
    .description('bring the tables in the PostgreSQL of DATABASE_URL up to date, or print how')
    .option('--print', 'print the SQL that makes them, and connect to nothing')
    .option('--schema <name>', 'the schema they are in', 'philjs_jobs')
    .option(
      '--from <version>',
      'with --print: the version of the tables that are there (default: none)',
      parseWholeNumber,
    )
    .action(async (_flags: unknown, command: Command) => {
      const flags = command.optsWithGlobals<MigrateFlags>();
      const { schema, from } = flags;
      const output = new Output(io, flags.json === true);
      if (flags.print) {
        const { migrationSql } = optionalPackage('postgres', '`migrate` prints its SQL');
        const sql = migrationSql(schema, from);
        output.result({ schema, sql }, () => sql);
        return;
      }
      if (from !== undefined) {
        throw new UsageError('--from goes with --print: without it the version is read.');
      }
      setAddresses(flags);
      await migrate(process.env['DATABASE_URL'] ?? '', flags);
      output.result({ schema, migrated: true }, () => {
        return `The tables in the schema ${output.hostile(schema)} are up to date`;
      });
    });
}

async function migrate(postgres: string, { schema, queue: name }: MigrateFlags): Promise<void> {
  if (!/^postgres(ql)?:/i.test(postgres)) {
    throw new UsageError(
      'Only PostgreSQL is migrated by a command: set DATABASE_URL, or give --database, to a postgres: address. ' +
        'A SQLite file is brought up to date when it is opened.',
    );
  }
  const { postgresBackend } = optionalPackage('postgres', '`migrate` changes its tables');
  const options = { postgres, schema, migrate: true, listen: false };
  const queue = new Queue({ name: name ?? 'default', backend: postgresBackend(options) });
  try {
    // The tables are made when the queue is opened, which its first call does.
    await queue.isPaused();
  } finally {
    await queue.close();
  }
}
