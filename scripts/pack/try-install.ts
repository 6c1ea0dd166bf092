// Packs the packages, installs them with npm into empty projects outside the repository, looks at what came with
// them, and runs the first example of their README on the machine's Node and on the workspace's. Then runs `init`.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { sideBySide } from '../run/side-by-side.js';
import { HANGS_AFTER, spawnCommand } from '../run/spawn-command.js';
import { root, workspaceEnv } from '../setup/workspace.js';
import { compileConsumers } from './compile-consumers.ts';
import { firstExample } from './first-example.ts';
import { isolationProgram } from './isolation-program.ts';
import { listInstalled } from './list-installed.ts';
import { packPackages, publicPackages } from './pack-packages.ts';
import { tryInit } from './try-init.ts';

interface Scenario {
  readonly title: string;
  /** The packages of the workspace to install. */
  readonly packages: readonly string[];
  /** All that may be in `node_modules`, where that is promised. */
  readonly promised?: readonly string[];
  /** Other packages of the program, installed after the packages themselves were examined. */
  readonly besides?: readonly string[];
  readonly program: string;
}

/** Packages whose installation together must not bring Redis along. */
const WITHOUT_REDIS = ['@philjs/jobs-memory', '@philjs/jobs-scheduler', '@philjs/jobs-monitor'];

const results = join(root, '.cache/results/install.json');
const env = workspaceEnv();
const packages = publicPackages;
const folder = mkdtempSync(join(tmpdir(), 'philjs-jobs-'));
const counts = { passed: 0, failed: 0 };

try {
  const nodes = await findNodes();
  const tarballs = await packPackages(folder, env);
  // Each in a folder of its own; most of the time is npm's, which waits for the disk.
  const trials = [
    () => tryInit({ tarballs, nodes, folder, env, report }),
    ...byPackages(scenarios()).map((alike) => () => tryScenarios(alike, tarballs, nodes)),
  ];
  await sideBySide(trials, 3, (trial) => trial());
} finally {
  rmSync(folder, { recursive: true, force: true });
}
mkdirSync(dirname(results), { recursive: true });
writeFileSync(results, JSON.stringify(counts));
if (counts.failed > 0) process.exitCode = 1;

/** The root README, and each package that says in `philjs.installs` what comes with it. */
function scenarios(): Scenario[] {
  const all: Scenario[] = [];
  const readme = firstExample(join(root, 'README.md'));
  if (readme !== undefined) {
    all.push({ title: 'README.md', packages: closure(importedBy(readme)), program: readme });
  }
  for (const { name, folder: own, manifest } of packages) {
    const installs = manifest.philjs?.installs;
    if (installs === undefined) continue;
    const program = firstExample(join(own, 'README.md')) ?? `import '${name}';`;
    all.push({
      title: name,
      packages: closure([name]),
      promised: [name, ...installs].sort(),
      besides: closure(importedBy(program)).filter((other) => !closure([name]).includes(other)),
      program,
    });
  }
  all.push({
    title: 'memory, scheduler and monitor',
    packages: closure(WITHOUT_REDIS),
    promised: installedWith(WITHOUT_REDIS),
    program: WITHOUT_REDIS.map((name) => `import '${name}';`).join('\n'),
  });
  all.push({
    title: 'jobs that enter an async context',
    packages: closure(['@philjs/jobs-memory']),
    program: isolationProgram,
  });
  const whole = '@philjs/jobs';
  all.push({ title: whole, packages: closure([whole]), program: `import '${whole}';` });
  return all;
}

/** The packages of the workspace that a program imports. */
function importedBy(program: string): string[] {
  return packages.map(({ name }) => name).filter((name) => program.includes(`'${name}'`));
}

/** Everything that may come along with some packages, by what each says of itself. */
function installedWith(names: readonly string[]): string[] {
  const all = new Set(names);
  for (const { name, manifest } of packages) {
    if (names.includes(name)) for (const other of manifest.philjs?.installs ?? []) all.add(other);
  }
  return [...all].sort();
}

/** The packages and those of the workspace that they ask for. */
function closure(names: readonly string[]): string[] {
  const found = new Set<string>();
  const add = (name: string): void => {
    const entry = packages.find((candidate) => candidate.name === name);
    if (entry === undefined || found.has(name)) return;
    found.add(name);
    const { dependencies, peerDependencies, peerDependenciesMeta = {} } = entry.manifest;
    for (const other of Object.keys({ ...dependencies, ...peerDependencies })) {
      if (peerDependenciesMeta[other]?.optional !== true) add(other);
    }
  };
  for (const name of names) add(name);
  return [...found];
}

/** Puts those together that install the same. */
function byPackages(all: readonly Scenario[]): Scenario[][] {
  const groups = new Map<string, Scenario[]>();
  for (const scenario of all) {
    const key = [...scenario.packages].sort().join();
    groups.set(key, [...(groups.get(key) ?? []), scenario]);
  }
  return [...groups.values()];
}

/** Installs what some scenarios ask for, once, and runs the program of each. */
async function tryScenarios(
  alike: readonly Scenario[],
  tarballs: ReadonlyMap<string, string>,
  nodes: ReadonlyMap<string, string>,
): Promise<void> {
  const app = mkdtempSync(join(folder, 'app-'));
  writeFileSync(join(app, 'package.json'), '{ "private": true, "type": "module" }\n');
  const names = alike[0]?.packages ?? [];
  const install = await npmInstall(names, tarballs, app);
  const installed = listInstalled(join(app, 'node_modules'));
  for (const { title, promised = installed } of alike) {
    report(
      `${title} installs ${installed.join(', ')}`,
      install.code === 0 && installed.join() === promised.join(),
      `expected ${promised.join(', ')}\n${install.output}`,
    );
  }
  if (install.code !== 0) return;
  const besides = alike.flatMap((scenario) => scenario.besides ?? []);
  if (besides.length > 0) await npmInstall(besides, tarballs, app);
  for (const [version, node] of nodes) {
    if (!names.every((name) => runsOn(name, version))) continue;
    for (const { title, program } of alike) {
      writeFileSync(join(app, 'main.js'), program);
      const { code, output } = await run(node, ['main.js'], app);
      report(`${title}: the program runs on Node ${version}`, code === 0, output);
    }
    const requires = names.map((name) => `require('${name}');`).join('');
    const { code, output } = await run(node, ['-e', requires], app);
    const isQuiet = code === 0 && !output.includes('ERR_');
    const titles = alike.map(({ title }) => title).join(', ');
    report(`${titles}: can be required on Node ${version}`, isQuiet, output);
  }
  if (names.includes('@philjs/jobs')) await compileConsumers(app, 'current', report);
}

/** Tells whether a package of the workspace asks for no later Node. */
function runsOn(name: string, version: string): boolean {
  const wanted = packages.find((entry) => entry.name === name)?.manifest.philjs?.node;
  if (wanted === undefined) return true;
  const [major = 0, minor = 0] = numbersOf(version);
  const [leastMajor = 0, leastMinor = 0] = numbersOf(wanted);
  return major > leastMajor || (major === leastMajor && minor >= leastMinor);
}

function numbersOf(text: string): number[] {
  return (text.match(/\d+/g) ?? []).map(Number);
}

function npmInstall(
  names: readonly string[],
  tarballs: ReadonlyMap<string, string>,
  app: string,
): ReturnType<typeof run> {
  const files = names.map((name) => tarballs.get(name) ?? name);
  return run('npm', ['install', '--no-audit', '--no-fund', '--prefer-offline', ...files], app);
}

function report(title: string, ok: boolean, details: string): void {
  console.log(`${ok ? '✔' : '✘'} ${title}`);
  if (!ok) console.error(details);
  counts[ok ? 'passed' : 'failed'] += 1;
}

/** The machine's Node and the workspace's, by version. */
async function findNodes(): Promise<Map<string, string>> {
  const nodes = new Map<string, string>();
  for (const node of [env['HOST_NODE'] ?? process.execPath, process.execPath]) {
    const { output } = await run(node, ['--version'], folder);
    nodes.set(output.trim(), node);
  }
  return nodes;
}

function run(
  command: string,
  args: readonly string[],
  cwd: string,
): ReturnType<typeof spawnCommand> {
  return spawnCommand(command, args, { cwd, env, timeout: HANGS_AFTER, quiet: true });
}
