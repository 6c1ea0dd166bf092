import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { beforeAll, expect, it } from 'vitest';

let lines: string[];

beforeAll(async () => {
  // Rejects unless the program ends by itself with exit code 0.
  const run = await promisify(execFile)(process.execPath, ['main.ts'], {
    cwd: import.meta.dirname,
    timeout: 60_000,
  });
  lines = run.stdout.trim().split('\n');
}, 70_000);

it('ships an order once stock and money are there, and tells the partner', () => {
  expect(lines).toContain(
    'partner was told: order-1 from the shelf of the boats to Ada, 200 EUR paid',
  );
  expect(lines).toContain('order-1: 3 of 3 have ended');
});

it('fails what waits for a declined card, and brings it back when that is retried', () => {
  expect(lines).toContain('order-2 failed: card-2 was declined, through order-2-money');
  expect(lines).toContain('  ship failed (JOBS_DEPENDENCY_FAILED)');
  expect(lines).toContain('retried 1');
  expect(lines).toContain('order-2: from the shelf of the boats to Bob, 200 EUR paid');
});

it('cancels what has not started', () => {
  expect(lines).toContain('cancelled 3');
  expect(lines).toContain('  ship cancelled (JOBS_CANCELLED)');
});

it('keeps the receipts that could not be mailed, and redrives them', () => {
  expect(lines).toContain('2 dead letters: the mail server does not answer');
  expect(lines).toContain('redriven 2, left 0');
});
