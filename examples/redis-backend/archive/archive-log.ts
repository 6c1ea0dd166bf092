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

/** The result: the path of the archive, and the sizes before and after. */
export interface Archive {
  readonly path: string;
  readonly bytes: number;
  readonly compressedBytes: number;
}

/** Describes the job that archives a log. */
export type ArchiveLog = JobDefinition<'archive-log', Log, Archive, Log>;

/**
 * Defines the job that compresses a log. It may run more than once if its worker dies, and must give the same
 * result then: it writes to a separate file and moves that into place in one step, whole or not at all.
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
      // Removes the unfinished file of a killed run; if that run is still alive, it can no longer move its file.
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
        // The signal aborts when the worker must stop, the job times out, or the lease is lost.
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
