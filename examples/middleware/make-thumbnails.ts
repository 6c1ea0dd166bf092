import { mkdir, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import {
  composeMiddleware,
  createLoggingMiddleware,
  createRateLimitMiddleware,
  createRetryMiddleware,
  createValidationMiddleware,
  defineJob,
  type JobContext,
  type JobDefinition,
} from '@philjs/jobs-core';
import { PNG } from 'pngjs';
import { ArchiveError, fetchOriginal } from './archive.ts';
import { scalePng } from './scale-png.ts';
import { limitTenants, tenantOf } from './tenant.ts';
import type { Timings } from './timings.ts';

/** Names an original and the widths to make of it. */
export interface ThumbnailPayload {
  readonly image: string;
  readonly widths: readonly number[];
}

/** The result: the files that were made. */
export interface ThumbnailResult {
  readonly files: readonly string[];
}

/** Says where the job reads and writes. */
export interface ThumbnailSetup {
  readonly archiveUrl: string;
  readonly folder: string;
  readonly timings: Timings;
}

/** Defines the job that makes the thumbnails of one image. */
export function defineMakeThumbnails({
  archiveUrl,
  folder,
  timings,
}: ThumbnailSetup): JobDefinition<'make-thumbnails', ThumbnailPayload, ThumbnailResult> {
  return defineJob({
    name: 'make-thumbnails',
    timeout: 20_000,
    middleware: composeMiddleware<ThumbnailPayload>(
      // The outermost logs every run, also those that the inner ones refuse or put back.
      createLoggingMiddleware(),
      // Before the rate limit, so that an invalid job does not use up a tenant's start.
      createValidationMiddleware(isValid, 'Expected a .png and widths from 16 to 1024'),
      limitTenants(2, 600),
      createRateLimitMiddleware(600),
      timings.middleware,
      // Innermost, so that the timings include the wait for the archive.
      createRetryMiddleware(isNotReady, 4, 100),
    ),
    handler: async ({ image, widths }, ctx): Promise<ThumbnailResult> => {
      const original = decode(await fetchOriginal(archiveUrl, image, ctx.signal), ctx);
      const own = join(folder, tenantOf(ctx));
      await mkdir(own, { recursive: true });
      const files: string[] = [];
      for (const width of widths) {
        // The same original always gives the same file, so a job may safely run twice.
        const file = join(own, `${basename(image, '.png')}-${width}.png`);
        await writeFile(file, await scalePng(original, width));
        files.push(file);
        await ctx.updateProgress({ image, done: files.length, of: widths.length });
      }
      return { files };
    },
  });
}

function isValid({ image, widths }: ThumbnailPayload): boolean {
  return image.endsWith('.png') && widths.every((width) => width >= 16 && width <= 1024);
}

function isNotReady(error: unknown): boolean {
  return error instanceof ArchiveError && error.status === 503;
}

/** Decodes an image. Fails a damaged one for good, since another attempt cannot help. */
function decode(image: Buffer, ctx: JobContext): PNG {
  try {
    return PNG.sync.read(image);
  } catch (error) {
    return ctx.fail(new Error('The image is damaged', { cause: error }));
  }
}
