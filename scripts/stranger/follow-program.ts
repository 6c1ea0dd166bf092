import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Program } from '../docs/plan-blocks.ts';
import { stopAfter } from '../docs/stop-after.ts';
import type { Checklist } from './checklist.ts';
import { openDashboard } from './open-dashboard.ts';
import {
  type Answer,
  type Desk,
  type Project,
  type Running,
  start,
  startProgram,
} from './project.ts';

/** Does what a block of the quick start says: installs, or writes its file and runs it on every Node. */
export async function followProgram(
  program: Program,
  project: Project,
  checks: Checklist,
): Promise<void> {
  const { code, file, line, run } = program;
  if (code.trim().startsWith('npm install')) {
    const problem = await project.install(code).then(
      () => undefined,
      (error: Error) => error.message,
    );
    checks.note(code.trim(), problem);
    return;
  }
  const path = join(project.folder, file);
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, code);
  for (const desk of run ? project.readers : []) {
    const problem = await problemOf(program, desk).catch((error: Error) => error.message);
    checks.note(`${desk.version}: line ${line} (${file})`, problem);
  }
}

async function problemOf(program: Program, desk: Desk): Promise<string | undefined> {
  const env = { ...desk.env };
  delete env['REDIS_URL'];
  if (program.needsRedis) env['REDIS_URL'] = desk.redisUrl;
  const own = { ...desk, env };
  const beside = program.beside === undefined ? undefined : begin(own, program.beside);
  const answer = await runProgram(program, own);
  const besides = await beside?.end();
  const wrong = [
    answer.code === program.exitCode ? undefined : answer,
    besides === undefined || besides.code === 0 ? undefined : besides,
  ].find((one) => one !== undefined);
  return wrong && `ended with ${wrong.code}:\n${wrong.output}`;
}

async function runProgram({ file, stopAfter: ms }: Program, desk: Desk): Promise<Answer> {
  if (file.endsWith('.sh')) return start(desk, 'bash', ['-euo', 'pipefail', file]).ended();
  if (!file.startsWith('dashboard.')) return begin(desk, file, ms).ended();
  const program = begin(desk, file);
  const [, url = ''] = await program.seen(/Open (\S+)/);
  await openDashboard(url, 'texts');
  return program.end();
}

function begin(desk: Desk, file: string, ms?: number): Running {
  return startProgram(desk, file, { before: ms === undefined ? [] : stopAfter(ms) });
}
