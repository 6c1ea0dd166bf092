import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Checklist } from './checklist.ts';
import { openDashboard } from './open-dashboard.ts';
import { type Answer, type Desk, start } from './project.ts';

/** A call of the command line, and what it must answer. */
interface Call {
  readonly args: readonly string[];
  /** The exit code. @default 0 */
  readonly code?: number;
  /** A text that its output must contain. */
  readonly says?: string;
  /** Runs until it is stopped: once it has printed this, and something was done with it. */
  readonly until?: { readonly prints: RegExp; readonly and: (match: RegExpExecArray) => unknown };
}

const payload = '{"title":"Molly","text":"and yes"}';
const open = ([, url = '']: RegExpExecArray): Promise<void> => openDashboard(url, 'texts');

/** Every command once, in an order in which each has something to do; the project is that of the quick start. */
const calls: readonly Call[] = [
  { args: ['enqueue', 'count-words', '--data', payload, '--id', 'c1', '--delay', '600000'] },
  { args: ['show', 'c1'], says: 'delayed' },
  { args: ['update', 'c1', '--priority', '5'], says: 'c1 was changed' },
  { args: ['promote', 'c1'], says: '1 of 1' },
  { args: ['cancel', 'c1', '--reason', 'not wanted'], says: '1 of 1' },
  { args: ['list', 'status:cancelled', 'name:count-words'], says: 'c1' },
  { args: ['retry', 'c1'], says: '1 of 1' },
  { args: ['pause'], says: 'texts' },
  { args: ['--json', 'stats'], says: '"paused":true' },
  { args: ['resume'], says: 'texts' },
  { args: ['work'], until: { prints: /Working on texts/, and: () => sleep(1000) } },
  { args: ['work', '--once'] },
  { args: ['--json', 'workers'], says: '[' },
  { args: ['workers', 'stop', 'nobody:1'], code: 1, says: 'nobody:1' },
  { args: ['workers', 'quiet', 'nobody:1'], code: 1, says: 'nobody:1' },
  { args: ['show', 'c1'], says: 'completed' },
  { args: ['logs', 'c1'], says: 'Molly has 2 words' },
  { args: ['workflow', 'show', 'c1'], says: '1 of 1 have ended' },
  { args: ['workflow', 'cancel', 'c1', '--yes'], says: '0 jobs of the workflow' },
  { args: ['workflow', 'retry', 'c1', '--yes'], says: '0 jobs of the workflow' },
  { args: ['rerun', 'c1'], says: '1 of 1' },
  { args: ['acknowledge', '--search', 'name:count-words', '--dry-run'], says: '0 jobs match' },
  { args: ['remove', 'c1'], says: '1 of 1' },
  { args: ['clear', '--dry-run'], says: 'texts' },
  { args: ['clear', '--yes'], says: 'were removed' },
  { args: ['dead-letters'], says: 'no dead letter' },
  { args: ['dead-letters', 'redrive', '--all', '--yes'], says: '0 jobs went back' },
  { args: ['schedules', 'list'], says: '0 9 * * *' },
  { args: ['schedules', 'next', 'count-words'], says: 'T09:00:00' },
  { args: ['schedules', 'run', 'count-words'], says: 'fired' },
  { args: ['schedules', 'history', 'count-words'], says: 'trigger' },
  { args: ['schedules', 'show', 'count-words'], says: '0 9 * * *' },
  { args: ['schedules', 'pause', 'typo'], code: 1, says: 'typo' },
  { args: ['schedules', 'pause', 'count-words', '--note', 'holiday'], says: 'paused' },
  { args: ['schedules', 'resume', 'count-words'], says: 'fires again' },
  {
    args: ['schedules', 'backfill', 'count-words', '--from', '2026-01-01', '--to', '2026-01-03'],
    says: '2 ticks',
  },
  { args: ['schedules', 'remove', 'count-words', '--yes'], says: 'was removed' },
  { args: ['dashboard'], until: { prints: /(http:\S+)/, and: open } },
  { args: ['dev', '--port', '0'], until: { prints: /(http:\S+)/, and: open } },
  { args: ['doctor'], code: 1, says: 'append' },
  { args: ['migrate', '--print'], code: 1, says: 'npm install @philjs/jobs-postgres pg' },
  {
    args: ['copy', '--from', 'sqlite:./a', '--to', 'sqlite:./b'],
    code: 1,
    says: 'npm install @philjs/jobs-sqlite',
  },
];

/** Uses each command of the command line, and notes if one was left out. */
export async function useCommands(desk: Desk, checks: Checklist): Promise<void> {
  const env = { ...desk.env, REDIS_URL: desk.redisUrl };
  for (const call of calls) await use(call, { ...desk, env }, checks);

  const empty = join(desk.folder, `init-${desk.version}`);
  mkdirSync(empty);
  await use({ args: ['init'], says: 'jobs.config.ts' }, { ...desk, folder: empty }, checks);
  await use({ args: ['stats'], says: 'default' }, { ...desk, folder: empty }, checks);

  const { output } = await start(desk, 'philjs-jobs', ['--help']).ended();
  const commands = [...output.matchAll(/^ {2}([a-z][\w-]*)[ [].*$/gm)].map(([, name = '']) => name);
  const used = new Set(['init', 'help', ...calls.flatMap(({ args }) => args)]);
  const left = commands.filter((name) => !used.has(name));
  const problem = commands.length < 10 ? `The help lists ${commands}` : undefined;
  checks.note(
    `${desk.version}: no command was left out`,
    left.length > 0 ? `left out: ${left.join(', ')}` : problem,
  );
}

async function use(call: Call, desk: Desk, checks: Checklist): Promise<void> {
  const { args, code = 0, says = '' } = call;
  const answer = await answerTo(call, desk).catch((error: Error) => ({
    code: null,
    output: error.message,
  }));
  const isRight = answer.code === code && answer.output.includes(says);
  checks.note(
    `${desk.version}: philjs-jobs ${args.join(' ')}`,
    isRight ? undefined : `expected ${code} and "${says}", got ${answer.code}:\n${answer.output}`,
  );
}

async function answerTo({ args, until }: Call, desk: Desk): Promise<Answer> {
  const program = start(desk, 'philjs-jobs', args);
  if (until === undefined) return program.ended();
  try {
    await until.and(await program.seen(until.prints));
  } finally {
    await program.end();
  }
  return program.ended();
}
