import { execFile } from 'node:child_process';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

let folder: string;
let output: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'scheduling-'));
  // Rejects unless the program ends by itself with exit code 0.
  const run = await promisify(execFile)(process.execPath, ['main.ts', '--fast', folder], {
    cwd: import.meta.dirname,
    timeout: 150_000,
  });
  output = run.stdout;
}, 180_000);

afterAll(() => rm(folder, { recursive: true, force: true }));

/** Returns the lines printed for one schedule's ticks. */
function ledger(id: string): string[] {
  const part = output.split('\n\n').find((text) => text.startsWith(`${id}:`)) ?? '';
  return part.split('\n').map((line) => line.trim());
}

describe('the example scheduling', () => {
  it('says its schedules in words, with their next run', () => {
    expect(output).toContain('At 02:30, Europe/Berlin; next 2026-03-01T01:30:00.000Z');
    expect(output).toContain('every 12 h; next 2026-03-01T11:00:00.000Z');
  });

  it('writes a report for each day of the month, also for those the server was down', async () => {
    const days = Array.from({ length: 31 }, (_, n) => new Date(Date.UTC(2026, 1, 28 + n)));
    const names = days.map((day) => `${day.toISOString().slice(0, 10)}.csv`);
    expect((await readdir(join(folder, 'reports'))).sort()).toEqual(names);
    expect(await readFile(join(folder, 'reports', '2026-03-10.csv'), 'utf8')).toMatch(
      /^page,visits\n\/,\d+\n\/blog,\d+\n\/contact,\d+\n\/pricing,\d+\n$/,
    );
    expect(ledger('nightly-report')).toEqual([
      'nightly-report: 31 of 31 ticks ran',
      'Tue 2026-03-10 02:30  completed, 55 h late (catch-up)',
      'Wed 2026-03-11 02:30  completed, 31 h late (catch-up)',
      'Thu 2026-03-12 02:30  completed, 7 h late (catch-up)',
    ]);
  });

  it('does not catch up on clean-ups, nor on reminders that are too late', () => {
    expect(ledger('clean-up')).toEqual([
      'clean-up: 57 of 61 ticks ran',
      ...['10 11', '10 23', '11 11', '11 23'].map((time) => {
        const day = time.startsWith('10') ? 'Tue' : 'Wed';
        return `${day} 2026-03-${time}:00  skipped: catch-up`;
      }),
    ]);
    expect(ledger('remind-berlin').slice(1)).toEqual([
      'Tue 2026-03-10 09:00  skipped: catch-up',
      'Wed 2026-03-11 09:00  skipped: catch-up',
      'Thu 2026-03-12 09:00  completed, 1 h late (catch-up)',
    ]);
  });

  it('skips what falls into a pause', () => {
    expect(ledger('remind-new_york').slice(1)).toEqual([
      'Tue 2026-03-10 09:00  skipped: catch-up',
      'Wed 2026-03-11 09:00  skipped: catch-up',
      'Tue 2026-03-17 09:00  skipped: paused',
      'Wed 2026-03-18 09:00  skipped: paused',
    ]);
  });

  it('reminds members at nine in the morning of their own zone, before and after the clocks change', async () => {
    expect((await readFile(join(folder, 'mails.txt'), 'utf8')).trim().split('\n')).toEqual([
      '2026-03-09T13:00:00.000Z Dear Grace, …',
      '2026-03-16T08:00:00.000Z Dear Ada, …',
      '2026-03-30T07:00:00.000Z Dear Zoe, …',
    ]);
  });
});
