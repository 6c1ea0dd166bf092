import type { Command } from 'commander';
import { optionalPackage } from '../../queue/optional-package.ts';
import type { Io } from '../io.ts';
import { Output } from '../output.ts';
import { parseWholeNumber } from '../parse-value.ts';
import type { GlobalOptions } from '../queue-set.ts';
import { setAddresses } from '../set-addresses.ts';
import { UsageError } from '../usage-error.ts';

interface MigrateFlags extends GlobalOptions {
  readonly print?: boolean;
  readonly schema: string;
  readonly from?: number;
  readonly grantTo?: string;
  readonly tries?: number;
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
    .option('--grant-to <role>', 'a role that gets the rights workers and producers need')
    .option(
      '--tries <count>',
      'how often to try for the locks, 2 seconds each, before it fails (default: 30)',
      parseWholeNumber,
    )
    .action(async (_flags: unknown, command: Command) => {
      const flags = command.optsWithGlobals<MigrateFlags>();
      const { schema, from, grantTo } = flags;
      const output = new Output(io, flags.json === true);
      if (flags.print) {
        if (flags.tries !== undefined) throw new UsageError('--tries goes without --print.');
        const { migrationSql } = optionalPackage('postgres', '`migrate` prints its SQL');
        const sql = migrationSql(schema, from, grantTo);
        output.result({ schema, sql }, () => sql);
        return;
      }
      if (from !== undefined) {
        throw new UsageError('--from goes with --print: without it the version is read.');
      }
      setAddresses(flags);
      await migrate(process.env['DATABASE_URL'] ?? '', flags, output);
      output.result({ schema, migrated: true }, () => {
        return `The tables in the schema ${output.hostile(schema)} are up to date`;
      });
    });
}

async function migrate(postgres: string, flags: MigrateFlags, output: Output): Promise<void> {
  if (!/^postgres(ql)?:/i.test(postgres)) {
    throw new UsageError(
      'Only PostgreSQL is migrated by a command: set DATABASE_URL, or give --database, to a postgres: address. ' +
        'A SQLite file is brought up to date when it is opened.',
    );
  }
  const { schema, grantTo, tries } = flags;
  await optionalPackage('postgres', '`migrate` changes its tables').migrate({
    ...{ postgres, schema, grantTo, tries },
    onWait: (waits) => {
      for (const { text } of waits) output.note(`It waits for ${output.hostile(text)}`);
    },
  });
}
