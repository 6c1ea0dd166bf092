import { declareJob } from '@philjs/jobs-core';
import { z } from 'zod';

/** Declares the job for the server, which checks payloads by its schema; the worker adds the handler. */
export const buildAlbum = declareJob({
  name: 'build-album',
  schema: z.object({ photos: z.int().min(1).max(200) }),
});
