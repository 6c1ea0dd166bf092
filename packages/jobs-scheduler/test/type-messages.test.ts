import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { beforeAll, describe, expect, it } from 'vitest';

const SETUP = `
import { defineJob } from '@philjs/jobs-core';
import type { Scheduler } from '../../../src/index.ts';

declare const scheduler: Scheduler;
declare const text: string;
const job = defineJob({ name: 'job', handler: async () => undefined });
const report = defineJob({ name: 'report', handler: async (payload: { full: boolean }) => payload.full });
`;

const OPTIONS = {
  target: 'ES2022',
  lib: ['ES2023'],
  types: ['node'],
  module: 'NodeNext',
  moduleResolution: 'NodeNext',
  strict: true,
  exactOptionalPropertyTypes: true,
  noEmit: true,
  allowImportingTsExtensions: true,
  skipLibCheck: true,
  pretty: false,
};

/** A line that is wrong, and what the compiler has to say of it. */
const MISTAKES: readonly (readonly [line: string, says: RegExp])[] = [
  [`scheduler.schedule(job, { cron: '60 * * * *' });`, /The minute 60 is not from 0 to 59/],
  [`scheduler.schedule(job, { cron: '0 24 * * *' });`, /The hour 24 is not from 0 to 23/],
  [`scheduler.schedule(job, { cron: '0 0 32 * *' });`, /The day 32 is not from 1 to 31/],
  [`scheduler.schedule(job, { cron: '0 0 1 1,13 *' });`, /The month 13 is not from 1 to 12/],
  [`scheduler.schedule(job, { cron: '0 0 * * 1-8' });`, /The weekday 8 is not from 0 to 7/],
  [`scheduler.schedule(job, { cron: '75 0 0 * * *' });`, /The second 75 is not from 0 to 59/],
  [
    `scheduler.schedule(job, { cron: 'every 5 minutes' });`,
    /A cron pattern has 5 to 7 fields, and this one 3/,
  ],
  [
    `scheduler.schedule(job, { cron: '0 9 * * *', timezone: 'Mars/Base' });`,
    /There is no time zone Mars\/Base/,
  ],
  [
    `scheduler.schedule(report, { cron: '0 9 * * *', payload: { full: 1 } });`,
    /Type 'number' is not assignable to type 'boolean'/,
  ],
  [
    `scheduler.schedule(report, { cron: '0 9 * * *', payload: () => ({ full: 1 }) });`,
    /Type 'number' is not assignable to type 'boolean'/,
  ],
  [
    `scheduler.schedule(job, { cron: '0 9 * * *', catchup: 'one' });`,
    /'catchup' does not exist in type/,
  ],
  [
    `scheduler.sync([{ job, cron: '0 9 * * *', catchup: 'one' }]);`,
    /catchup is no option of a schedule/,
  ],
  [`scheduler.sync([{ job, cron: '60 9 * * *' }]);`, /The minute 60 is not from 0 to 59/],
  [
    `scheduler.sync([{ job, cron: '0 9 * * *', timezone: 'Mars/Base' }]);`,
    /There is no time zone Mars\/Base/,
  ],
  [
    `scheduler.sync([{ job, every: 1000 }], { onwer: 'x' });`,
    /'onwer' does not exist in type 'SyncOptions'/,
  ],
];

const RIGHT: readonly string[] = [
  `scheduler.schedule(job, { cron: '*/5 0-23/2 1,15,L JAN-DEC mon#2' });`,
  `scheduler.schedule(job, { cron: ' 00 09  * * 1-5 ', timezone: 'Europe/Kyiv' });`,
  `scheduler.schedule(job, { cron: '0 0 0 29 2 * 2028', timezone: 'Asia/Kolkata' });`,
  `scheduler.schedule(job, { cron: '@daily', timezone: 'US/Eastern' });`,
  `scheduler.schedule(job, { cron: text, timezone: text });`,
  `scheduler.schedule(job, { every: 1000 });`,
  `scheduler.schedule(report, { at: new Date(), payload: { full: true } });`,
  `scheduler.sync([{ job, cron: '0 0 15W * +FRI#L', overlap: 'skip' }, { job: report, every: 500, payload: { full: true } }]);`,
  `scheduler.schedule(report, { every: 1000, payload: async ({ number }) => ({ full: number === 1 }) });`,
  `scheduler.sync([text].map((id) => ({ job, id, cron: text })));`,
];

/** The compilers whose messages are looked at, by the names they are installed under. */
const COMPILERS = ['typescript-5.4', 'typescript-5.9', 'typescript'] as const;
/** Core has them installed. */
const CHECK_FILES = join(import.meta.dirname, '../../jobs-core/test/check-files.js');

/** Compiles programs, each in a file of its own; returns what the compiler says of each. */
async function messagesOf(
  compiler: string,
  programs: readonly string[],
): Promise<readonly string[]> {
  const cache = join(import.meta.dirname, '../node_modules/.cache');
  mkdirSync(cache, { recursive: true });
  const folder = mkdtempSync(join(cache, 'mistakes-'));
  try {
    const files = programs.map((line, index) => {
      writeFileSync(join(folder, `program-${index}.ts`), `${SETUP}\nvoid ${line}\n`);
      return `program-${index}.ts`;
    });
    writeFileSync(join(folder, 'package.json'), '{ "type": "module" }');
    const config = JSON.stringify({ compilerOptions: OPTIONS, files });
    writeFileSync(join(folder, 'tsconfig.json'), config);
    const { stdout } = await promisify(execFile)(process.execPath, [CHECK_FILES, compiler, folder]);
    const reported = stdout.split(/\r?\n(?!\s)/);
    return files.map((file) => reported.filter((text) => text.includes(`${file}(`)).join('\n'));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

describe.each(COMPILERS)('the compiler of %s', (compiler) => {
  let messages: readonly string[] = [];

  beforeAll(async () => {
    messages = await messagesOf(compiler, [...MISTAKES.map(([line]) => line), ...RIGHT]);
  }, 600_000);

  it.each(MISTAKES.map(([line, says], index) => [line, says, index] as const))(
    'refuses %s',
    (_, says, index) => {
      expect(messages[index]).toMatch(says);
    },
  );

  it.each(RIGHT.map((line, index) => [line, index] as const))('takes %s', (_, index) => {
    expect(messages[MISTAKES.length + index]).toBe('');
  });
});
