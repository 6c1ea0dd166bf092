/**
 * Masks the secrets of jobs: for the dashboard, the command line, and a server of queues. Promises nothing: it may change in any
 * minor version. Programs use `createRedactor` of `@philjs/jobs-monitor`.
 *
 * @packageDocumentation
 */
export { type Hides, namesHiddenBy } from './redact/job-mask.ts';
export { jobOfSchedule, type ScheduledTemplate } from './redact/job-of-schedule.ts';
export { MASK } from './redact/mask-spans.ts';
export { type PlainValue, toPlain } from './redact/plain-value.ts';
export { holdsMask, redactText } from './redact/redact-text.ts';
export { createRedactor, type RedactOption, type Redactor } from './redact/redactor.ts';
export { unmask } from './redact/unmask.ts';
