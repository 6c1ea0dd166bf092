import type { Program } from '../docs/plan-blocks.ts';

/** The kind of package a stranger follows the quick start in. */
export interface Dialect {
  /** Shown before each line. */
  readonly title: string;
  /** The `type` of its package.json. */
  readonly type: 'module' | 'commonjs';
  /** Whether its programs see no environment but PATH and an empty home, as in a container. */
  readonly bare: boolean;
  /** Returns a program of the quick start as it is written there. */
  write(program: Program): Program;
}

/** A package of ECMAScript modules, in the environment of the machine. */
export const modules: Dialect = {
  title: 'module',
  type: 'module',
  bare: false,
  write: (program) => program,
};

/** A package as `npm init` makes it: what the quick start calls `x.ts` is `x.mts` there. */
export const commonJs: Dialect = {
  title: 'commonjs',
  type: 'commonjs',
  bare: true,
  write: (program) => ({
    ...program,
    file: renamed(program.file),
    run: program.run && !isConfiguration(program.file),
    code: program.code.replace(/(from '\.\/[\w-]+)\.ts'/g, "$1.mts'"),
    ...(program.beside !== undefined && { beside: renamed(program.beside) }),
  }),
};

function renamed(file: string): string {
  return isConfiguration(file) ? file : file.replace(/\.ts$/, '.mts');
}

/** The command line loads it in a package of any type, so it keeps its name; as a program Node refuses it there. */
function isConfiguration(file: string): boolean {
  return file.startsWith('jobs.config.');
}
