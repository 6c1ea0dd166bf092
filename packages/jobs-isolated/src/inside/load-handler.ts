import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { JobsError } from '@philjs/jobs-core';
import { toError } from '@philjs/jobs-core/internal';
import type { IsolatedHandler } from '../isolated-handler.ts';

type Handler = IsolatedHandler<unknown, unknown>;

/** Says that this Node does not run a TypeScript file: it strips no types, or none in `node_modules`. */
const NO_TYPES: ReadonlySet<unknown> = new Set([
  ...['ERR_UNKNOWN_FILE_EXTENSION', 'ERR_UNSUPPORTED_NODE_MODULES_TYPE_STRIPPING'],
]);

const loaded = new Map<string, Promise<Handler>>();
/** How often a module could not be loaded: Node keeps the failure of a URL, so the next try takes another one. */
let failures = 0;

/**
 * Loads the default export of a module, once.
 *
 * @throws JobsError `JOBS_INVALID_ARGUMENT` when there is no such file, it does not load, or it exports no function
 */
export function loadHandler(module: string): Promise<Handler> {
  const known = loaded.get(module);
  if (known !== undefined) return known;
  const loading = load(module);
  loaded.set(module, loading);
  loading.catch(() => {
    failures += 1;
    loaded.delete(module);
  });
  return loading;
}

async function load(module: string): Promise<Handler> {
  const file = fileOf(module);
  const exported = await importFile(module, file);
  if (typeof exported.default === 'function') return exported.default as Handler;
  const got = exported.default === undefined ? 'none' : `one of type ${typeof exported.default}`;
  throw refused(
    module,
    `Expected \`${module}\` to have a default export that is a function, got ${got}. Write \`export default async (payload, ctx) => { … }\` there.`,
  );
}

/** Returns the URL of the file: the compiled one beside where the TypeScript that is named was, if only that is there. */
function fileOf(module: string): string {
  const compiled = module.replace(/\.([cm]?)ts$/, '.$1js');
  const file = [module, compiled].find((url) => existsSync(fileURLToPath(url)));
  if (file !== undefined) return file;
  const also =
    compiled === module
      ? ''
      : `, nor \`${compiled.slice(compiled.lastIndexOf('/') + 1)}\` beside it`;
  throw refused(
    module,
    `Expected the module of an isolated handler to be a file, got \`${module}\`, which does not exist${also}. Name it from the file that calls \`isolated\`: \`new URL('./handler.ts', import.meta.url)\`; a bundler has to copy it.`,
  );
}

async function importFile(module: string, file: string): Promise<{ readonly default?: unknown }> {
  try {
    return await import(failures === 0 ? file : `${file}?try=${failures}`);
  } catch (thrown) {
    const cause = toError(thrown);
    const { code, message } = cause as NodeJS.ErrnoException;
    const advice = NO_TYPES.has(code)
      ? ' Take Node 22.18 or newer, start the worker with a loader (`node --import tsx`), or compile the file: the `.js` beside it is taken where the `.ts` is gone.'
      : '';
    throw refused(module, `\`${file}\` failed while it was loaded: ${message}${advice}`, cause);
  }
}

function refused(module: string, message: string, cause?: Error): JobsError {
  return new JobsError('JOBS_INVALID_ARGUMENT', message, {
    details: { field: 'module', module },
    cause,
  });
}
