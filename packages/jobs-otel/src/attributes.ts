import { type Attributes, type Span, SpanStatusCode } from '@opentelemetry/api';
import { serializeError } from '@philjs/jobs-core/backend';
import { harmless } from './harmless.ts';

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

/**
 * Records an error on a span, if there is one, whatever was thrown, and returns its type from a bounded set of words: its code, or its
 * class.
 */
export function recordError(span: Span | undefined, thrown: unknown): string {
  const { name, message, code, stack } = serializeError(thrown);
  const type = code ?? (name === 'NonError' ? '_OTHER' : name);
  const exception = { name: type, message, ...(stack !== undefined && { stack }) };
  harmless(() => span?.recordException(exception));
  harmless(() => span?.setStatus({ code: SpanStatusCode.ERROR }));
  harmless(() => span?.setAttribute(ATTRIBUTE.errorType, type));
  return type;
}
