import { writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { spawnCommand } from '../run/spawn-command.js';
import { root, workspaceEnv } from '../setup/workspace.js';

const fromCore = createRequire(join(root, 'packages/jobs-core/package.json'));

/** A program that uses the package with its types: the last line compiles only if the result is known as a string. */
const PROGRAM = `import { createQueue, defineJob } from '@philjs/jobs';
const greet = defineJob({ name: 'greet', handler: async (payload: { name: string }) => 'Hello, ' + payload.name });
const queue = createQueue({ jobs: [greet] });
export const result: Promise<string> = queue.enqueue(greet, { name: 'Ada' }).then((job) => queue.waitFor(job));
`;

/**
 * The settings of `module` that take the package, by the kind of file that imports it and by compiler: a CommonJS file
 * may require a module since TypeScript 5.8, except under `node16`.
 */
const SETTINGS = [
  ['main.mts', 'typescript-5.4', ['node16', 'nodenext', 'preserve']],
  ['main.mts', 'typescript-5.9', ['node16', 'node20', 'nodenext', 'preserve']],
  ['main.mts', 'typescript', ['node16', 'node20', 'nodenext', 'preserve']],
  ['main.cts', 'typescript-5.4', ['preserve']],
  ['main.cts', 'typescript-5.9', ['node20', 'nodenext', 'preserve']],
  ['main.cts', 'typescript', ['node20', 'nodenext', 'preserve']],
] as const;

/** Compiles a consumer of the installed `@philjs/jobs` with each compiler and setting, and reports each. */
export async function compileConsumers(
  app: string,
  report: (title: string, ok: boolean, details: string) => void,
): Promise<void> {
  for (const [file, compiler, modules] of SETTINGS) {
    writeFileSync(join(app, file), PROGRAM);
    const program = join(dirname(fromCore.resolve(`${compiler}/package.json`)), 'bin/tsc');
    for (const module of modules) {
      const compilerOptions = {
        ...{ target: 'es2022', lib: ['es2023'], module, strict: true, noEmit: true },
        ...(module === 'preserve' && { moduleResolution: 'bundler' }),
        ...{ types: ['node'], typeRoots: [join(root, 'node_modules/@types')] },
      };
      const config = join(app, 'tsconfig.json');
      writeFileSync(config, JSON.stringify({ compilerOptions, files: [file] }));
      const args = [program, '-p', config];
      const options = { cwd: app, env: workspaceEnv(), timeout: 120_000, quiet: true };
      const { code, output } = await spawnCommand(process.execPath, args, options);
      report(`${file} compiles with ${compiler}, module ${module}`, code === 0, output);
    }
  }
}
