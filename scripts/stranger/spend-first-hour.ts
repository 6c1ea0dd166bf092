import { cpSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Checklist } from './checklist.ts';
import { openDashboard } from './open-dashboard.ts';
import { type Desk, type Project, startProgram } from './project.ts';

const PROGRAMS = join(import.meta.dirname, 'first-hour');
const COMMON = ['jobs.ts', 'order.ts', 'worker.ts', 'dashboard.ts'];

/** A store in which a first hour is spent. */
export interface Store {
  /** The name of its program. */
  readonly name: 'sqlite' | 'libsql' | 'postgres' | 'redis';
  /** The package that a stranger installs for it. */
  readonly install: string;
  /** Where it is, for a reader. */
  env(desk: Desk): NodeJS.ProcessEnv;
  /** Returns whether it can be used on a version of Node. @default on all */
  runsOn?(version: string): boolean;
}

/** Lists the stores; the quick start has installed Redis' package, core and the dashboard before. */
export function stores(postgresUrl: string): readonly Store[] {
  const sqlite = '@philjs/jobs-sqlite';
  return [
    { name: 'redis', install: 'npm install @philjs/jobs-redis', env: redisUrl },
    {
      name: 'postgres',
      install: 'npm install @philjs/jobs-postgres pg',
      env: () => ({ DATABASE_URL: postgresUrl }),
    },
    {
      name: 'sqlite',
      install: `npm install ${sqlite}`,
      env: () => ({}),
      runsOn: (version) => Number(/^v(\d+)/.exec(version)?.[1]) > 22,
    },
    { name: 'libsql', install: `npm install ${sqlite} libsql`, env: () => ({}) },
  ];
}

const redisUrl = ({ redisUrl: REDIS_URL }: Desk): NodeJS.ProcessEnv => ({ REDIS_URL });

/**
 * Spends the first hour with a store: enqueues in a transaction and rolls one back, kills a worker with `kill -9` and sees
 * its job end in another, opens the dashboard.
 */
export async function spendFirstHour(
  store: Store,
  project: Project,
  checks: Checklist,
): Promise<void> {
  const problem = await attempt(() => project.install(store.install));
  checks.note(store.install, problem);
  for (const desk of project.readers) {
    if (store.runsOn?.(desk.version) === false) continue;
    const folder = join(desk.folder, `${store.name}-${desk.version}`);
    mkdirSync(folder);
    for (const file of COMMON) cpSync(join(PROGRAMS, file), join(folder, file));
    writeFileSync(join(folder, 'store.ts'), readFileSync(join(PROGRAMS, `${store.name}.ts`)));
    const own = { ...desk, folder, env: { ...desk.env, ...store.env(desk) } };
    const title = `${desk.version}: ${store.name}:`;
    checks.note(`${title} a job is stored with the rows, or not`, await attempt(() => order(own)));
    checks.note(`${title} a killed worker's job ends elsewhere`, await attempt(() => kill(own)));
    checks.note(`${title} the dashboard shows it`, await attempt(() => look(own)));
  }
}

async function order(desk: Desk): Promise<void> {
  const { code, output } = await startProgram(desk, 'order.ts').ended();
  if (code !== 0) throw new Error(`order.ts ended with ${code}:\n${output}`);
}

async function kill(desk: Desk): Promise<void> {
  const first = startProgram(desk, 'worker.ts', { args: ['hang'] });
  await first.seen(/packing order 2/);
  await first.end('SIGKILL');
  const second = startProgram(desk, 'worker.ts');
  await second.seen(/completed {"order":2}/);
  const { code, output } = await second.end();
  if (code !== 0) throw new Error(`worker.ts ended with ${code}:\n${output}`);
}

async function look(desk: Desk): Promise<void> {
  const program = startProgram(desk, 'dashboard.ts');
  const [, url = ''] = await program.seen(/Open (\S+)/);
  await openDashboard(url, 'shop');
  const { code, output } = await program.end();
  if (code !== 0) throw new Error(`dashboard.ts ended with ${code}:\n${output}`);
}

async function attempt(work: () => Promise<void>): Promise<string | undefined> {
  return work().then(
    () => undefined,
    (error: Error) => error.message,
  );
}
