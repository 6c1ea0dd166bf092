import { setTimeout as sleep } from 'node:timers/promises';
import { isJobsError, JobsError } from '@philjs/jobs-core';
import type { Connection } from '../connection/connection.ts';
import { type MigrationWait, migrationWaits } from './migration-wait.ts';

/** How often a migration under way looks for whom it waits, in milliseconds. */
const LOOK_EVERY_MS = 500;
/** How long others are let through after a try, in milliseconds. */
const PAUSE_MS = 1_000;

/** Says how long a migration goes on against locks of others. */
export interface Patience {
  /** How often it tries. Between tries others get through. */
  readonly tries: number;
  /** Called when it waits for other processes than before. */
  readonly onWait?: ((waits: readonly MigrationWait[]) => void) | undefined;
}

/** Runs migrations, and knows for whom they have waited. */
export class MigrationRunner {
  readonly #connection: Connection;
  readonly #schema: string;
  readonly #patience: Patience;
  #tries = 0;
  #waits: readonly MigrationWait[] = [];

  constructor(connection: Connection, schema: string, patience: Patience) {
    this.#connection = connection;
    this.#schema = schema;
    this.#patience = patience;
  }

  /**
   * Runs SQL once, and returns whether it was done; where another process kept it from a lock it pauses.
   *
   * @throws JobsError `JOBS_BACKEND_UNAVAILABLE` after the last try
   */
  async run(sql: string): Promise<boolean> {
    this.#tries += 1;
    const looking = setInterval(() => this.#look(), LOOK_EVERY_MS);
    try {
      await this.#connection.script(sql);
      return true;
    } catch (error) {
      if (!isJobsError(error) || error.details?.['code'] !== '55P03') throw error;
      if (this.#tries >= this.#patience.tries) throw this.#refusal(error);
    } finally {
      clearInterval(looking);
    }
    await sleep(PAUSE_MS);
    return false;
  }

  #look(): void {
    // Only who tells nothing is looked past: the migration itself says what went wrong.
    migrationWaits(this.#connection).then(
      (waits) => this.#note(waits),
      () => undefined,
    );
  }

  #note(waits: readonly MigrationWait[]): void {
    const known = new Set(this.#waits.map(({ pid }) => pid));
    if (waits.length === 0 || waits.every(({ pid }) => known.has(pid))) return;
    this.#waits = waits;
    this.#patience.onWait?.(waits);
  }

  #refusal(cause: JobsError): JobsError {
    const tries = this.#tries === 1 ? '1 try' : `${this.#tries} tries`;
    const [first] = this.#waits;
    const who = first === undefined ? '' : `, of ${this.#waits.map(({ text }) => text).join('; ')}`;
    const end = first === undefined ? '' : `, or end it: SELECT pg_terminate_backend(${first.pid})`;
    return new JobsError(
      'JOBS_BACKEND_UNAVAILABLE',
      `The tables in the schema ${this.#schema} were not changed: in ${tries} a lock was not free${who}. ` +
        `Run it again when that transaction has ended${end}.`,
      { cause, details: { code: '55P03', schema: this.#schema, waits: this.#waits } },
    );
  }
}
