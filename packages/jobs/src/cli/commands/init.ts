import { existsSync } from 'node:fs';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import type { Command } from 'commander';
import { foldersFrom } from '../../config/folders-from.ts';
import { findConfig } from '../../config/load-config.ts';
import type { Io } from '../io.ts';
import { Output } from '../output.ts';
import type { GlobalOptions } from '../queue-set.ts';
import { UsageError } from '../usage-error.ts';

const FILES: Readonly<Record<string, string>> = {
  'jobs/greet.ts': `import { defineJob } from '@philjs/jobs';

/** Says hello. A job is run at least once, so it must be safe to run it again. */
export const greet = defineJob({
  name: 'greet',
  handler: async (payload: { name: string }, ctx) => {
    ctx.log('Greeting %s', payload.name);
    await ctx.updateProgress(100);
    return \`Hello, \${payload.name}!\`;
  },
});
`,
  'jobs.config.ts': `import { createQueue, defineConfig } from '@philjs/jobs';
import { greet } from './jobs/greet.ts';

/** In memory; on Redis as soon as REDIS_URL is set, in a database as soon as DATABASE_URL is. */
export const queue = createQueue({ jobs: [greet], concurrency: 5 });

export default defineConfig({
  queues: [queue],
  schedules: async (scheduler) => {
    await scheduler.schedule(greet, { cron: '0 9 * * *', payload: { name: 'world' } });
  },
});
`,
};

const TSCONFIG = `
To check types, tsconfig.json needs "module": "nodenext" (TypeScript 5.8 or later; earlier: "module": "preserve"),
"strict": true, "noEmit": true, "allowImportingTsExtensions": true.`;

/** Registers `init`. */
export function registerInit(program: Command, io: Io): void {
  program
    .command('init')
    .description('write a first job and a jobs.config.ts')
    .action(async (_flags: unknown, command: Command) => {
      const output = new Output(io, command.optsWithGlobals<GlobalOptions>().json === true);
      const existing = [
        findConfig(io.cwd),
        ...Object.keys(FILES).map((name) => resolve(io.cwd, name)),
      ].find((path) => path !== undefined && existsSync(path));
      if (existing !== undefined)
        throw new UsageError(`\`${existing}\` is there already; nothing was written.`);
      await writeAll(io.cwd);
      const written = Object.keys(FILES);
      const next = [
        ...(canImport(io.cwd) ? [] : ['npm install @philjs/jobs']),
        'npx @philjs/jobs dev',
      ];
      output.result({ written, next }, () =>
        [
          `Wrote ${written.join(' and ')}. Next:`,
          ...next.map((line) => `  ${line}`),
          TSCONFIG,
        ].join('\n'),
      );
    });
}

/**
 * Writes the files into a folder: all, or none.
 *
 * @throws UsageError where one cannot be written
 */
async function writeAll(folder: string): Promise<void> {
  const begun: string[] = [];
  try {
    for (const [name, text] of Object.entries(FILES)) {
      const path = resolve(folder, name);
      await mkdir(dirname(path), { recursive: true });
      begun.push(path);
      await writeFile(path, text);
    }
  } catch (cause) {
    await Promise.all(begun.map((path) => rm(path, { force: true })));
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new UsageError(
      `Cannot write the files: ${why}. Nothing was written; look at the permissions of the folder, and at its disk.`,
    );
  }
}

/** Returns whether files in a folder can import this package; a copy that `npx` fetched is not enough. */
function canImport(folder: string): boolean {
  return foldersFrom(folder).some((outer) =>
    existsSync(join(outer, 'node_modules/@philjs/jobs/package.json')),
  );
}
