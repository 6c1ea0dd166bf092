import { existsSync, readFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { isJobsError, JobsError } from '@philjs/jobs-core';
import { type CheckedJobsConfig, defineConfig, type JobsConfig } from './define-config.ts';
import { foldersFrom } from './folders-from.ts';
import { maskForeign } from './mask-foreign.ts';
import { placeOf } from './place-of.ts';

/** The file names of a configuration, in the order in which they are tried. */
export const CONFIG_NAMES = ['jobs.config.ts', 'jobs.config.js', 'jobs.config.mjs'] as const;

/** Holds a configuration and the file it came from. */
export interface LoadedConfig {
  readonly config: CheckedJobsConfig;
  readonly path: string;
}

/** Finds the configuration in a folder, if there is one; a named one is where its path leads from there. */
export function findConfig(folder: string, named?: string): string | undefined {
  if (named !== undefined) return resolve(folder, named);
  return CONFIG_NAMES.map((name) => resolve(folder, name)).find((path) => existsSync(path));
}

/**
 * Loads a configuration: its default export, checked.
 *
 * @param path - as {@link findConfig} returns it: absolute
 * @throws JobsError `JOBS_INVALID_ARGUMENT` when the file is missing, does not run, or exports something else
 */
export async function loadConfig(path: string): Promise<LoadedConfig> {
  if (!existsSync(path)) {
    throw new JobsError('JOBS_INVALID_ARGUMENT', `There is no configuration \`${path}\``, {
      details: { field: 'config' },
    });
  }
  let exported: unknown;
  try {
    exported = await importFile(path);
  } catch (cause) {
    const message = cause instanceof Error ? cause.message : String(cause);
    const reason = isJobsError(cause) ? message : maskForeign(message);
    const place = placeOf(cause, dirname(path));
    const where = place === undefined || message.includes(place) ? '' : ` (${place})`;
    throw new JobsError(
      'JOBS_INVALID_ARGUMENT',
      `\`${path}\` failed while it was loaded: ${reason}${where}${adviceFor(cause)}`,
      {
        cause,
      },
    );
  }
  const config = (exported as { default?: unknown } | undefined)?.default;
  if (typeof config !== 'object' || config === null) {
    throw new JobsError(
      'JOBS_INVALID_ARGUMENT',
      `Expected \`${path}\` to have a default export made by \`defineConfig\`, got ${config === undefined ? 'none' : 'another one'}.`,
    );
  }
  return { config: defineConfig(config as JobsConfig), path };
}

/** Matches an error for a package that a file imports and that is not there: Node's own, and that of a loader. */
const MISSING = /^Cannot find (?:package|module) '((?:@[^/']+\/)?[^@./'][^/']*)/;

/** Says what to do where a package is missing: `npx` brings this one for its command, and not for files that import it. */
function adviceFor(cause: unknown): string {
  const { code, message } = (cause ?? {}) as NodeJS.ErrnoException;
  if (code !== 'ERR_MODULE_NOT_FOUND' && code !== 'MODULE_NOT_FOUND') return '';
  const [, name] = MISSING.exec(message) ?? [];
  return name === undefined ? '' : `. Run \`npm install ${name}\`.`;
}

let loads = 0;

/**
 * Imports a file. Uses jiti for TypeScript that Node does not import itself: before 22.18, and in a package that is
 * not of the type `module`, as `npm init` makes them, where Node refuses `import` or warns of it.
 */
async function importFile(path: string): Promise<unknown> {
  const strips = (process.features as { typescript?: unknown }).typescript;
  if (!path.endsWith('.ts') || (strips && isInModules(path))) {
    // Each load is a new module, because the caller closes its queues.
    loads += 1;
    return import(`${pathToFileURL(path).href}?load=${loads}`);
  }
  const { createJiti } = await import('jiti');
  return createJiti(import.meta.url, { interopDefault: false, moduleCache: false }).import(path);
}

/** Returns whether the package of a file says that its files are ECMAScript modules, or there is no package. */
function isInModules(path: string): boolean {
  const manifest = foldersFrom(dirname(path))
    .map((folder) => join(folder, 'package.json'))
    .find((file) => existsSync(file));
  if (manifest === undefined) return true;
  return (JSON.parse(readFileSync(manifest, 'utf8')) as { type?: unknown }).type === 'module';
}
