import { createReadStream, createWriteStream } from 'node:fs';
import { mkdir, rename, rm, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { constants, createBrotliCompress } from 'node:zlib';
import { defineJob, type JobDefinition } from '@philjs/jobs-core';

/** The log to archive, as a path below the folder. */
export interface Log {
  readonly path: string;
}

/** What became of it. */
export interface Archive {
  readonly path: string;
  readonly bytes: number;
  readonly compressedBytes: number;
}

/** The job that archives a log. */
export type ArchiveLog = JobDefinition<'archive-log', Log, Archive, Log>;

/**
 * Compresses a log. It may run more than once, when its worker dies, so it must not matter: it writes beside
 * the archive and moves that into place in one step, whole or not at all.
 */
export function defineArchiveLog(folder: string): ArchiveLog {
  return defineJob({
    name: 'archive-log',
    timeout: 60_000,
    handler: async ({ path }: Log, ctx): Promise<Archive> => {
      const source = join(folder, path);
      const target = join(folder, 'archive', `${path}.br`);
      // Two runs of one job may be alive at once; the token tells them apart.
      const unfinishedBy = (token: number): string => `${target}.${token}`;
      const unfinished = unfinishedBy(ctx.fencingToken);
      await mkdir(dirname(target), { recursive: true });
      // What a run left behind that was killed; one that lives still then cannot put it in place.
      for (let token = 1; token < ctx.fencingToken; token++) {
        await rm(unfinishedBy(token), { force: true });
      }
      const { size: bytes } = await stat(source);
      let read = 0;
      const log = createReadStream(source).on('data', (chunk) => {
        read += chunk.length;
      });
      const brotli = createBrotliCompress({ params: { [constants.BROTLI_PARAM_QUALITY]: 11 } });
      try {
        // The signal aborts when the worker must stop, the time is over, or the lease is lost.
        await pipeline(log, brotli, createWriteStream(unfinished), { signal: ctx.signal });
        await ctx.updateProgress(Math.round((100 * read) / Math.max(1, bytes)));
        await rename(unfinished, target);
      } finally {
        await rm(unfinished, { force: true });
      }
      const { size: compressedBytes } = await stat(target);
      ctx.log(`${path}: ${bytes} bytes became ${compressedBytes}`);
      return { path, bytes, compressedBytes };
    },
  });
}
