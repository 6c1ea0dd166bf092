import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { KEPT_METRICS_MS, MOST_COUNTED } from '@philjs/jobs-core/backend';
import { MAX_AGE_MS, NO_DEADLINE } from '@philjs/jobs-core/internal';
import luaparse from 'luaparse';
import { expect, test } from 'vitest';
import { KEEP_DEFAULTS } from '../src/record/job-options.ts';
import { MIDDLE_PRIORITY } from '../src/record/priority.ts';
import { JOB_ARGUMENTS, PLAIN_JOB_ARGUMENTS } from '../src/script/add-jobs-script.ts';

const SRC = join(import.meta.dirname, '../src');
const MOST_LINES = 50;

const files = globSync('**/*.lua', { cwd: SRC });
const read = (file: string): string => readFileSync(join(SRC, file), 'utf8');

test.each(files)('%s is Lua, of functions that fit a screen', (file) => {
  const long: string[] = [];
  luaparse.parse(read(file), {
    luaVersion: '5.1',
    locations: true,
    onCreateNode: ({ type, loc }) => {
      const lines = loc ? loc.end.line - loc.start.line + 1 : 0;
      if (type === 'FunctionDeclaration' && lines > MOST_LINES)
        long.push(`${loc?.start.line}: ${lines} lines`);
    },
  });
  expect(long).toEqual([]);
});

test('names each of the files in a source, and has Lua nowhere else', () => {
  const sources = globSync('**/*.ts', { cwd: SRC }).map(read);
  const named = sources.flatMap((text) =>
    [...text.matchAll(/\/([\w-]+\.lua)'/g)].map(([, name]) => name),
  );
  expect(files.filter((file) => !named.includes(file.replace(/^.*\//, '')))).toEqual([]);
  expect(sources.filter((text) => /\bcall\('|\bend\n/.test(text))).toEqual([]);
});

// What scripts and TypeScript must write alike.
test.each<[file: string, text: string | number]>([
  ['script/ready.lua', MIDDLE_PRIORITY],
  ['order/ordered-ready.lua', MIDDLE_PRIORITY],
  ['order/ordered-ready.lua', NO_DEADLINE],
  ['order/ordered-ready.lua', MAX_AGE_MS],
  ['order/find-place.lua', MOST_COUNTED],
  ['parts/add-metrics.lua', KEPT_METRICS_MS],
  ['script/retain.lua', KEEP_DEFAULTS.replaceAll(',', ', ')],
  ['script/add-jobs.lua', `restSize, ${JOB_ARGUMENTS.length} do`],
  ['script/plain-add-jobs.lua', `restSize, ${PLAIN_JOB_ARGUMENTS.length} do`],
])('%s holds %s, as TypeScript has it', (file, text) => {
  expect(read(file)).toContain(String(text));
});

test('add-job.lua names the arguments of a job in their order', () => {
  const names = read('script/add-job.lua').matchAll(/(\w+) = ARGV\[OFFSET \+ first/g);
  expect([...names].map(([, name]) => name)).toEqual(JOB_ARGUMENTS);
});
