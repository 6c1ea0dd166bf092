import type { CancelResult } from '@philjs/jobs-core';
import { expect } from 'vitest';
import { goesBefore, isReady, type ModelJob, newModelJob, putBack } from './model-job.ts';
import type { Ending } from './operation.ts';

/** The number of times a job of the model may lose its worker. */
export const MAX_STALLED = 1;

/** Predicts what a queue must do, in the simplest way: a list of jobs, and rules. */
export class Model {
  readonly jobs: ModelJob[] = [];
  isPaused = false;

  add(id: string, priority: number, runAt: number, now: number): void {
    this.jobs.push(newModelJob({ id, priority, order: this.jobs.length, runAt, now }));
  }

  /** Chooses a job, if there is any. */
  pick(number: number): ModelJob | undefined {
    return this.jobs[number % Math.max(this.jobs.length, 1)];
  }

  find(id: string): ModelJob {
    const job = this.jobs.find((candidate) => candidate.id === id);
    if (job === undefined) throw new Error(`The model knows no job \`${id}\``);
    return job;
  }

  /** Compares the queue positions of two jobs: the priority, then the order in which they were added. */
  compareTurns(a: { readonly id: string }, b: { readonly id: string }): number {
    const [first, second] = [this.find(a.id), this.find(b.id)];
    return second.priority - first.priority || first.order - second.order;
  }

  /** Records that a run started, and checks that it may. */
  started(id: string, fencingToken: number, at: number, lockMs: number): void {
    const job = this.find(id);
    expect(this.isPaused, `${id} started while paused`).toBe(false);
    if (job.orphanedAt !== undefined) {
      expect(at, `${id} was redelivered early`).toBeGreaterThanOrEqual(job.startedAt + lockMs);
      this.#stalled(job, at);
    }
    expect(isReady(job, at), `${id} started while ${job.status} until ${job.runAt} at ${at}`).toBe(
      true,
    );
    const skipped = this.jobs.filter((other) => goesBefore(other, job, at));
    expect(
      skipped.map((other) => other.id),
      `${id} started before`,
    ).toEqual([]);
    job.status = 'active';
    job.startedAt = at;
    job.fencingToken += 1;
    expect(fencingToken, `the fencing token of ${id}`).toBe(job.fencingToken);
  }

  end(job: ModelJob, how: Ending, runAt: number, now: number): void {
    if (how !== 'snooze-later') job.attemptsMade += 1;
    if (how !== 'snooze-later' && how !== 'complete') {
      job.failedAttempts = [...job.failedAttempts, job.attemptsMade];
    }
    if (how === 'complete') job.status = 'completed';
    else if (how === 'fail') job.status = 'failed';
    else if (how === 'cancel') job.status = 'cancelled';
    else putBack(job, runAt, now);
  }

  /** Records a request to cancel; returns the expected answer. */
  cancel(job: ModelJob | undefined): CancelResult {
    if (job === undefined || job.status === 'removed') return 'not-found';
    if (job.status === 'active') {
      job.cancelRequested = true;
      return 'requested';
    }
    if (job.status !== 'waiting' && job.status !== 'delayed') return 'finished';
    job.status = 'cancelled';
    return 'cancelled';
  }

  /** Records a removal; returns the expected number of removed jobs. */
  remove(job: ModelJob): number {
    if (job.status === 'active' || job.status === 'removed') return 0;
    job.status = 'removed';
    return 1;
  }

  /** Records a retry; returns the expected number of jobs put back. */
  retry(job: ModelJob, now: number): number {
    if (job.status !== 'failed' && job.status !== 'cancelled') return 0;
    putBack(job, now, now);
    const again = { attemptsMade: 0, failedAttempts: [], stalledCount: 0 };
    Object.assign(job, { ...again, cancelRequested: false });
    return 1;
  }

  /** Records a promotion; returns the expected number of jobs made ready. */
  promote(job: ModelJob, now: number): number {
    if (job.status !== 'delayed' || job.runAt <= now) return 0;
    putBack(job, now, now);
    return 1;
  }

  /** Records a change of a job that has not started; returns the expected number of jobs changed. */
  update(job: ModelJob, changes: { priority: number } | { runAt: number }, now: number): number {
    if (job.status !== 'waiting' && job.status !== 'delayed') return 0;
    if ('runAt' in changes) putBack(job, changes.runAt, now);
    else {
      job.priority = changes.priority;
      job.lostItsPlace = true;
      job.readySince = Math.max(job.readySince, now);
    }
    return 1;
  }

  /** Records that a process died. */
  orphan(ids: readonly string[], now: number): void {
    for (const id of ids) this.find(id).orphanedAt = now;
  }

  /** Records that the jobs of a dead process were taken back before it could start again. */
  recovered(job: ModelJob, now: number): void {
    this.#stalled(job, now);
    if (job.stalledCount > MAX_STALLED) job.status = 'failed';
  }

  #stalled(job: ModelJob, now: number): void {
    job.orphanedAt = undefined;
    job.stalledCount += 1;
    putBack(job, 0, now);
    job.readySince = now;
  }
}
