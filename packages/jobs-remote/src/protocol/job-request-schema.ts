import { z } from 'zod';
import type { JobRequest } from './job-request.ts';
import { json } from './json-schema.ts';

const ms = z.number().min(0);
const id = z.string().min(1).max(256);
const name = z.string().min(1).max(200);
const retention = z.union([
  z.boolean(),
  z.int().min(0),
  z.strictObject({ age: ms.optional(), count: z.int().min(0).optional() }),
]);

const deduplicate = z.union([
  id,
  z.literal(false),
  z.strictObject({
    key: id,
    ttl: ms.optional(),
    mode: z.enum(['drop', 'replace', 'extend']).optional(),
    maxWait: ms.optional(),
    scope: z.enum(['name', 'queue']).optional(),
  }),
]);

/** The options of core's `enqueue` that JSON carries; core checks their ranges. */
const options = z.strictObject({
  jobId: id.optional(),
  delay: ms.optional(),
  runAt: z.number().optional(),
  priority: z.int().optional(),
  attempts: z.int().min(1).optional(),
  timeout: ms.optional(),
  expiresIn: ms.optional(),
  deduplicate: deduplicate.optional(),
  tags: z.array(z.string()).max(20).optional(),
  metadata: z.record(z.string(), json).optional(),
  dependsOn: z
    .array(z.union([id, z.strictObject({ id, queue: name.optional() })]))
    .max(10_000)
    .optional(),
  onDependencyFailure: z.enum(['fail', 'continue']).optional(),
  fairKey: z.string().optional(),
  weight: z.number().positive().optional(),
  deadline: z.number().optional(),
  removeOnComplete: retention.optional(),
  removeOnFail: retention.optional(),
  removeOnCancel: retention.optional(),
});

/** Describes the request for one job. */
export const jobRequest: z.ZodType<JobRequest> = z.strictObject({
  name,
  payload: json.optional(),
  options: options.optional(),
});

/** Describes the request for many jobs. */
export const manyRequest: z.ZodType<{ readonly jobs: readonly JobRequest[] }> = z.strictObject({
  jobs: z.array(jobRequest).max(1000),
});

/** Describes the request to cancel a job. */
export const cancelRequest: z.ZodType<{ readonly reason?: string | undefined }> = z.strictObject({
  reason: z.string().max(1000).optional(),
});
