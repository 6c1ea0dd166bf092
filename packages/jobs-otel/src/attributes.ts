import type { Attributes } from '@opentelemetry/api';

/**
 * The names this package sets, from OpenTelemetry's semantic conventions for messaging (v1.38) where
 * there is one, else under `philjs.job`.
 */
export const ATTRIBUTE = {
  system: 'messaging.system',
  destination: 'messaging.destination.name',
  operationName: 'messaging.operation.name',
  operationType: 'messaging.operation.type',
  messageId: 'messaging.message.id',
  errorType: 'error.type',
  jobName: 'philjs.job.name',
  attempt: 'philjs.job.attempt',
  maxAttempts: 'philjs.job.max_attempts',
  duplicate: 'philjs.job.duplicate',
  outcome: 'philjs.job.outcome',
} as const;

/** Returns the attributes of a metric's series; their number is bounded by the queues and job names. */
export function seriesOf(
  operation: { readonly name: string; readonly type: string },
  queueName: string,
  jobName: string,
): Attributes {
  return {
    [ATTRIBUTE.system]: 'philjs_jobs',
    [ATTRIBUTE.destination]: queueName,
    [ATTRIBUTE.operationName]: operation.name,
    [ATTRIBUTE.operationType]: operation.type,
    [ATTRIBUTE.jobName]: jobName,
  };
}

/** Returns the type of an error from a bounded set of words: its code, or its class. */
export function errorTypeOf(error: unknown): string {
  if (typeof error !== 'object' || error === null) return '_OTHER';
  const { code, name } = error as { code?: unknown; name?: unknown };
  if (typeof code === 'string' && code !== '') return code;
  return typeof name === 'string' && name !== '' ? name : '_OTHER';
}
