// Type-checks and runs the code blocks of the documentation. How a block is marked: CONTRIBUTING.md.
import { chmodSync, existsSync, mkdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { listFiles } from '../check/list-files.ts';
import { readArguments } from '../run/read-arguments.js';
import { sideBySide } from '../run/side-by-side.js';
import { HANGS_AFTER } from '../run/spawn-command.js';
import { root, workspaceEnv } from '../setup/workspace.js';
import { workspacePackages } from '../setup/workspace-packages.js';
import { checkPrograms } from './check-programs.ts';
import { type Program, planBlocks } from './plan-blocks.ts';
import { readBlocks } from './read-blocks.ts';
import { RunProgram } from './run-program.ts';

/** Of this run alone; left behind when something failed, to look at. */
const workspace = join(root, `.cache/blocks-${process.pid}`);
const results = join(root, '.cache/results/blocks.json');

const USAGE = `Usage: pnpm docs:blocks [document ...]

Type-checks and runs the code blocks of the documents named (such as docs/testing.md), or of all.
`;

const asked = readArguments(USAGE, (args) => {
  const missing = args.find((file) => !existsSync(join(root, file)));
  if (missing !== undefined) throw new Error(`There is no document ${missing}.`);
  return args;
});
const planned = (asked.length > 0 ? asked.map((file) => join(root, file)) : documents()).map(
  (file) => planBlocks(readBlocks(file)),
);
const programs = planned.flat();
prepare(programs);

const typeErrors = await checkPrograms(workspace, programs, folderOf);
const runner = new RunProgram({ ...workspaceEnv(), NODE_ENV: 'test' });
let passed = 0;
let failed = 0;
// The blocks of a document run one after another, as a reader meets them; most of their time they wait.
await sideBySide(planned, 3, async (document) => {
  for (const program of document) await answer(program);
});
await runner.close();
const left = programs.filter(({ check, run: runs }) => !check && !runs).length;
console.log(`${programs.length} programs, ${left} of them left alone for a reason given`);

mkdirSync(dirname(results), { recursive: true });
writeFileSync(results, JSON.stringify({ passed, failed }));
if (failed > 0) process.exitCode = 1;
else rmSync(workspace, { recursive: true, force: true });

/** Checks and runs a program, and prints what came of it. */
async function answer(program: Program): Promise<void> {
  if (!program.check && !program.run) return;
  const errors = typeErrors.get(program) ?? [];
  const failure =
    errors.length > 0
      ? errors.join('\n')
      : chosenByEnvironment(program) || (program.run ? await run(program) : '');
  if (failure === '') passed += 1;
  else failed += 1;
  const note = program.run ? '' : ' (type-checked only)';
  console.log(`${failure === '' ? '✔' : '✘'} ${program.document}:${program.line}${note}`);
  if (failure !== '') console.error(`${failure}\n`);
}

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
  mkdirSync(join(workspace, 'node_modules/@philjs'), { recursive: true });
  writeFileSync(join(workspace, 'package.json'), '{ "type": "module", "private": true }\n');
  for (const { name, folder, manifest } of workspacePackages('packages')) {
    symlinkSync(folder, join(workspace, 'node_modules', name), 'junction');
    for (const [command, file] of Object.entries(manifest.bin ?? {})) {
      linkCommand(command, join(folder, file));
    }
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

/** The commands that `npx` finds; those of the workspace are TypeScript. */
function linkCommand(command: string, file: string): void {
  const path = join(workspace, 'node_modules/.bin', command);
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, `#!/bin/sh\nexec node '${file}' "$@"\n`);
  chmodSync(path, 0o755);
}

/**
 * Refuses a test whose queue the environment chooses: with REDIS_URL set, it would run real jobs. Returns what is wrong
 * with it, if anything is.
 */
function chosenByEnvironment({ code, document, line }: Program): string {
  const importsUmbrella = /import \{[^}]*\bcreateQueues?\b[^}]*\} from '@philjs\/jobs'/.test(code);
  if (!importsUmbrella || !/\bcreateTestClock\b/.test(code)) return '';
  return `${document}:${line}: a test imports createQueue from '@philjs/jobs-memory', not from '@philjs/jobs'`;
}

async function run(program: Program): Promise<string> {
  const folder = folderOf(program);
  const { code, output, timedOut } = await runner.run(program, folder);
  if (code === program.exitCode) return '';
  const what = timedOut
    ? `did not end within ${HANGS_AFTER / 1000} s`
    : `ended with exit code ${code}`;
  const file = relative(root, join(folder, program.file));
  return `${program.document}:${program.line} (${file}) ${what}\n${output}`;
}
