// Type-checks and runs the code blocks of the documentation. How a block is marked: CONTRIBUTING.md.
//
//   node scripts/docs/run-blocks.ts [document ...]
import { existsSync, mkdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { listFiles } from '../check/list-files.ts';
import { spawnCommand } from '../run/spawn-command.js';
import { root, workspaceEnv } from '../setup/workspace.js';
import { workspacePackages } from '../setup/workspace-packages.js';
import { checkPrograms } from './check-programs.ts';
import { type Program, planBlocks } from './plan-blocks.ts';
import { readBlocks } from './read-blocks.ts';

const workspace = join(root, '.cache/blocks');
const results = join(root, '.cache/results/blocks.json');

const asked = process.argv.slice(2);
const programs = (asked.length > 0 ? asked.map((file) => join(root, file)) : documents()).flatMap(
  (file) => planBlocks(readBlocks(file)),
);
prepare(programs);

const typeErrors = await checkPrograms(workspace, programs, folderOf);
let passed = 0;
let failed = 0;
for (const program of programs) {
  if (!program.check && !program.run) continue;
  const errors = typeErrors.get(program) ?? [];
  const failure = errors.length > 0 ? errors.join('\n') : program.run ? await run(program) : '';
  if (failure === '') passed += 1;
  else failed += 1;
  const note = program.run ? '' : ' (type-checked only)';
  console.log(`${failure === '' ? '✔' : '✘'} ${program.document}:${program.line}${note}`);
  if (failure !== '') console.error(`${failure}\n`);
}
const left = programs.filter(({ check, run: runs }) => !check && !runs).length;
console.log(`${programs.length} programs, ${left} of them left alone for a reason given`);

mkdirSync(dirname(results), { recursive: true });
writeFileSync(results, JSON.stringify({ passed, failed }));
if (failed > 0) process.exitCode = 1;

/** The documents whose blocks are run: everything a user or a contributor reads. */
function documents(): string[] {
  const top = ['README.md', 'QUICK_START.md', 'CONTRIBUTING.md'].map((name) => join(root, name));
  const guides = existsSync(join(root, 'docs')) ? listFiles(join(root, 'docs'), /\.md$/) : [];
  const readmes = workspacePackages().map(({ folder }) => join(folder, 'README.md'));
  return [...top, ...guides.filter((file) => !file.includes('/docs/api/')), ...readmes].filter(
    (file) => existsSync(file),
  );
}

/** One folder a document, below a `node_modules` in which every package of the workspace is found. */
function prepare(all: readonly Program[]): void {
  rmSync(workspace, { recursive: true, force: true });
  mkdirSync(join(workspace, 'node_modules/@philjs'), { recursive: true });
  writeFileSync(join(workspace, 'package.json'), '{ "type": "module", "private": true }\n');
  for (const { name, folder } of workspacePackages('packages')) {
    symlinkSync(folder, join(workspace, 'node_modules', name), 'junction');
  }
  for (const program of all) {
    const file = join(folderOf(program), program.file);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, program.code);
  }
}

function folderOf({ document }: Program): string {
  return join(workspace, document.replace(/\.md$/, '').replaceAll('/', '-'));
}

async function run(program: Program): Promise<string> {
  const shell = program.file.endsWith('.sh');
  const [command, args] = shell ? ['bash', ['-euo', 'pipefail']] : ['node', []];
  const { code, output, timedOut } = await spawnCommand(command, [...args, program.file], {
    cwd: folderOf(program),
    env: { ...workspaceEnv(), NODE_ENV: 'test' },
    timeout: program.timeout,
    quiet: true,
  });
  if (code === program.exitCode) return '';
  const what = timedOut
    ? `did not end within ${program.timeout / 1000} s`
    : `ended with exit code ${code}`;
  const file = relative(root, join(folderOf(program), program.file));
  return `${program.document}:${program.line} (${file}) ${what}\n${output}`;
}
