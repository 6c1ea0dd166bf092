// Plays a user who has never heard of us: empty projects outside of the repository, the packed packages, and the
// quick start, word for word, in a package of modules and, in a bare environment, in a CommonJS package; then every
// command of the command line; then a first hour with each store. On the machine's Node and the workspace's. Last, each
// package on the first Node that it takes.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { PostgresServer } from '../../packages/jobs-faults/src/postgres-server/postgres-server.ts';
import { RedisServer } from '../../packages/jobs-faults/src/redis-server/redis-server.ts';
import { planBlocks } from '../docs/plan-blocks.ts';
import { readBlocks } from '../docs/read-blocks.ts';
import { compileConsumers } from '../pack/compile-consumers.ts';
import { serveRegistry } from '../pack/local-registry.ts';
import { packPackages } from '../pack/pack-packages.ts';
import { spawnCommand } from '../run/spawn-command.js';
import { root, workspaceEnv } from '../setup/workspace.js';
import { Checklist } from './checklist.ts';
import { commonJs, type Dialect, modules } from './dialect.ts';
import { followProgram } from './follow-program.ts';
import { oldHome, useOldestNodes } from './oldest-nodes.ts';
import { Project } from './project.ts';
import { spendFirstHour, stores } from './spend-first-hour.ts';
import { useCommands } from './use-commands.ts';

const env = workspaceEnv();
const folder = mkdtempSync(join(tmpdir(), 'philjs-jobs-stranger-'));
const checks = new Checklist();
const servers: (RedisServer | PostgresServer)[] = [];

const registry = await serveRegistry(await packPackages(folder, env));
const npmrc = `@philjs:registry=${registry.url}\naudit=false\nfund=false\nupdate-notifier=false\n`;
try {
  for (const dialect of [modules, commonJs]) {
    console.log(`\nIn a package of the type ${dialect.title}:`);
    const project = await openProject(dialect);
    for (const program of planBlocks(readBlocks(join(root, 'QUICK_START.md')))) {
      await followProgram(dialect.write(program), project, checks);
    }
    for (const reader of project.readers) await useCommands(reader, checks);
    if (dialect !== modules) continue;
    const postgres = await PostgresServer.start();
    servers.push(postgres);
    for (const store of stores(postgres.url)) await spendFirstHour(store, project, checks);
    await compileConsumers(project.folder, 'older', (title, ok, details) =>
      checks.note(title, ok ? undefined : details),
    );
  }
  console.log('\nOn the first Node that each package takes:');
  await useOldestNodes(oldHome(folder, npmrc, env), checks);
} finally {
  registry.close();
  for (const server of servers) await server.stop();
  rmSync(folder, { recursive: true, force: true });
}
checks.write(join(root, '.cache/results/stranger.json'));

/** An empty folder, an npm that finds our packages, and two Nodes to run on. */
async function openProject({ type, bare }: Dialect): Promise<Project> {
  const home = join(folder, type);
  mkdirSync(home);
  writeFileSync(join(home, 'package.json'), `${JSON.stringify({ type, private: true })}\n`);
  writeFileSync(join(home, '.npmrc'), npmrc);
  const project = new Project(home, env);
  for (const node of new Set([env['HOST_NODE'] ?? process.execPath, process.execPath])) {
    const { output } = await spawnCommand(node, ['--version'], { quiet: true });
    const bin = env['REDIS_SERVER_BIN'];
    const server = await RedisServer.start(bin === undefined ? {} : { program: bin });
    servers.push(server);
    const paths = [join(home, 'node_modules/.bin'), dirname(node), pathWithoutWorkspace()];
    const PATH = paths.join(delimiter);
    project.addReader({
      version: output.trim(),
      node,
      env: bare ? { PATH, HOME: emptyHome() } : { ...env, PATH },
      redisUrl: server.url,
    });
  }
  await project.install('npm install --save-dev tsx');
  return project;
}

/** A home without settings. */
function emptyHome(): string {
  return mkdtempSync(join(folder, 'home-'));
}

/** The path of the stranger's machine: nothing of the workspace is on it. */
function pathWithoutWorkspace(): string {
  const folders = (env['PATH'] ?? '').split(delimiter);
  return folders.filter((path) => !path.startsWith(root)).join(delimiter);
}
