import { writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { HANGS_AFTER, spawnCommand } from '../run/spawn-command.js';
import { root, workspaceEnv } from '../setup/workspace.js';

const fromCore = createRequire(join(root, 'packages/jobs-core/package.json'));

/** A program that uses the package with its types: the last line compiles only if the result is known as a string. */
const PROGRAM = `import { createQueue, defineJob } from '@philjs/jobs';
const greet = defineJob({ name: 'greet', handler: async (payload: { name: string }) => 'Hello, ' + payload.name });
const queue = createQueue({ jobs: [greet] });
export const result: Promise<string> = queue.enqueue(greet, { name: 'Ada' }).then((job) => queue.waitFor(job));
`;

/** The same in a CommonJS file that may not require a module: it imports values at run time, and types by a mode. */
const IMPORTING = `import type { IQueue } from '@philjs/jobs' with { 'resolution-mode': 'import' };
export async function greet(name: string): Promise<string> {
  const { createQueue, defineJob } = await import('@philjs/jobs');
  const greeting = defineJob({ name: 'greet', handler: async (payload: { name: string }) => 'Hello, ' + payload.name });
  const queue = createQueue({ jobs: [greeting] });
  const plain: IQueue = queue;
  await plain.process();
  return queue.waitFor(await queue.enqueue(greeting, { name }));
}
`;

const PROGRAMS = {
  'main.mts': PROGRAM,
  'requiring.cts': PROGRAM,
  'importing.cts': IMPORTING,
} as const;

type File = keyof typeof PROGRAMS;

const MODULES = ['main.mts', 'importing.cts'] as const;
const BUNDLED = ['main.mts', 'requiring.cts'] as const;
const ALL = ['main.mts', 'requiring.cts', 'importing.cts'] as const;

/**
 * The settings of `module` that take the package, by compiler, and the files that compile: a CommonJS file may require
 * a module since TypeScript 5.8, except under `node16` and `node18`, where it imports it at run time. `npm test` tries
 * the current compiler, and the test of a stranger the older ones.
 */
const SETTINGS: {
  readonly [age in 'current' | 'older']: readonly [
    compiler: string,
    module: string,
    files: readonly File[],
  ][];
} = {
  current: [
    ['typescript', 'node16', MODULES],
    ['typescript', 'node18', MODULES],
    ['typescript', 'node20', ALL],
    ['typescript', 'nodenext', ALL],
    ['typescript', 'preserve', BUNDLED],
    ['typescript', 'commonjs', ['requiring.cts']],
  ],
  older: [
    ['typescript-5.4', 'node16', MODULES],
    ['typescript-5.4', 'nodenext', MODULES],
    ['typescript-5.4', 'preserve', BUNDLED],
    ['typescript-5.9', 'node16', MODULES],
    ['typescript-5.9', 'node18', MODULES],
    ['typescript-5.9', 'node20', ALL],
    ['typescript-5.9', 'nodenext', ALL],
    ['typescript-5.9', 'preserve', BUNDLED],
  ],
};

/** The module resolution, where `module` does not imply one. */
const RESOLUTION: Readonly<Partial<Record<string, string>>> = {
  preserve: 'bundler',
  commonjs: 'bundler',
};

/** Compiles consumers of the installed `@philjs/jobs` with each compiler of an age and each setting; reports each. */
export async function compileConsumers(
  app: string,
  age: keyof typeof SETTINGS,
  report: (title: string, ok: boolean, details: string) => void,
): Promise<void> {
  for (const [file, program] of Object.entries(PROGRAMS)) writeFileSync(join(app, file), program);
  for (const [compiler, module, files] of SETTINGS[age]) {
    const program = join(dirname(fromCore.resolve(`${compiler}/package.json`)), 'bin/tsc');
    const compilerOptions = {
      ...{ target: 'es2022', lib: ['es2023'], module, strict: true, noEmit: true },
      moduleResolution: RESOLUTION[module],
      ...{ types: ['node'], typeRoots: [join(root, 'node_modules/@types')] },
    };
    const config = join(app, 'tsconfig.json');
    writeFileSync(config, JSON.stringify({ compilerOptions, files }));
    const args = [program, '-p', config];
    const options = { cwd: app, env: workspaceEnv(), timeout: HANGS_AFTER, quiet: true };
    const { code, output } = await spawnCommand(process.execPath, args, options);
    report(`${files.join(', ')} with ${compiler}, module ${module}`, code === 0, output);
  }
}
