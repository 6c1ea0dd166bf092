import type { JsonValue } from '@philjs/jobs-core';
import { z } from 'zod';

/** Describes any JSON: one schema for all, which the document of the protocol names once. */
export const json: z.ZodType<JsonValue> = z.json() as z.ZodType<JsonValue>;
