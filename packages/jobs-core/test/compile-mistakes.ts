import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';

/** The compilers whose messages are looked at, by the names they are installed under. */
export const COMPILERS = ['typescript-5.4', 'typescript-5.9', 'typescript'] as const;

/** Names one of {@link COMPILERS}. */
export type Compiler = (typeof COMPILERS)[number];

const packageRoot = join(import.meta.dirname, '..');

const OPTIONS = {
  target: 'ES2022',
  lib: ['ES2023'],
  types: ['node'],
  module: 'NodeNext',
  moduleResolution: 'NodeNext',
  strict: true,
  noEmit: true,
  allowImportingTsExtensions: true,
  skipLibCheck: true,
  pretty: false,
};

/**
 * Compiles programs, each in a file of its own, against the sources of this package; answers for each
 * the messages, whole, in their order.
 */
export async function compileMistakes(
  compiler: Compiler,
  programs: readonly string[],
): Promise<readonly (readonly string[])[]> {
  const cache = join(packageRoot, 'node_modules/.cache');
  mkdirSync(cache, { recursive: true });
  const folder = mkdtempSync(join(cache, 'mistakes-'));
  try {
    const files = programs.map((program, index) => {
      const file = `program-${index}.ts`;
      writeFileSync(
        join(folder, file),
        program
          .replaceAll('@philjs/jobs-core/backend', '../../../src/backend.ts')
          .replaceAll('@philjs/jobs-core', '../../../src/index.ts'),
      );
      return file;
    });
    writeFileSync(join(folder, 'package.json'), '{ "type": "module" }');
    writeFileSync(
      join(folder, 'tsconfig.json'),
      JSON.stringify({ compilerOptions: OPTIONS, files }),
    );
    const output = await compile(compiler, folder);
    return files.map((file) => messagesOf(file, output));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function compile(compiler: Compiler, folder: string): Promise<string> {
  const program = join(import.meta.dirname, 'check-files.js');
  return promisify(execFile)(process.execPath, [program, compiler, folder]).then(
    ({ stdout }) => stdout,
  );
}

/** Splits what a compiler printed; the lines after a message that belong to it are indented. */
function messagesOf(file: string, output: string): string[] {
  return output
    .split(/\r?\n(?!\s)/)
    .filter((message) => message.includes(`${file}(`))
    .map((message) => message.slice(message.indexOf(': error ') + 2));
}
