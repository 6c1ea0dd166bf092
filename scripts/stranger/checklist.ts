import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';

/** Counts checks that passed and failed, and shows each at once. */
export class Checklist {
  #passed = 0;
  #failed = 0;

  /** Notes a check, with the details of its problem if it failed. */
  note(title: string, problem: string | undefined): void {
    console.log(`${problem === undefined ? '✔' : '✘'} ${title}`);
    if (problem === undefined) this.#passed += 1;
    else {
      this.#failed += 1;
      console.error(problem);
    }
  }

  /** Writes the counts for the test command; makes the process fail if anything did. */
  write(file: string): void {
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, JSON.stringify({ passed: this.#passed, failed: this.#failed }));
    console.log(`${this.#passed} passed, ${this.#failed} failed`);
    if (this.#failed > 0) process.exitCode = 1;
  }
}
