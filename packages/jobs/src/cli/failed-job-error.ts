import { isJobsError } from '@philjs/jobs-core';

/** Reports how a job ended that a command waited for: no failure of the command itself, and no wrong usage of it. */
export class FailedJobError extends Error {
  /** The code of the job's error, if it is one of this project. */
  readonly jobCode: string | undefined;
  /** Says what to do next; empty for a job that is gone. */
  readonly advice: string;

  /** Takes the masked error of the job. */
  constructor(cause: unknown, advice = '') {
    super(cause instanceof Error ? cause.message : String(cause), { cause });
    this.name = cause instanceof Error ? cause.name : 'Error';
    this.jobCode = isJobsError(cause) ? cause.code : undefined;
    this.advice = advice;
  }

  /** Returns the error in a line, and what to do next: where it was thrown is in the job. */
  get text(): string {
    return `${this.jobCode ?? this.name}: ${this.message}${this.advice && `\n${this.advice}`}`;
  }
}
