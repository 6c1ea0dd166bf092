import { readFileSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { build } from 'esbuild';
import type { Asset } from './src/assets/asset.ts';

/** Maps each module made in `src/assets` to its entry file in the folder `client`. */
const ENTRIES = {
  pageScripts: { module: 'page-scripts.ts', from: 'client/main.ts', name: 'page' },
  pageStyle: { module: 'page-style.ts', from: 'client/page.css', name: 'page' },
  chartStyle: { module: 'chart-style.ts', from: 'client/charts.css', name: 'charts' },
} as const;

/** Makes the modules that hold the scripts and styles of the dashboard, by their paths. */
export async function makeAssetModules(): Promise<ReadonlyMap<string, string>> {
  const modules = new Map<string, string>();
  for (const [constant, { module, from, name }] of Object.entries(ENTRIES)) {
    const assets = await bundle(from, name);
    const text = moduleText(constant, from, assets);
    modules.set(join(import.meta.dirname, 'src/assets', module), text);
  }
  return modules;
}

/** Bundles an entry file: first the file to load, then those that it loads when they are needed. */
async function bundle(from: string, name: string): Promise<readonly Asset[]> {
  const entry = join(import.meta.dirname, from);
  const { outputFiles, metafile } = await build({
    entryPoints: [entry],
    outdir: import.meta.dirname,
    absWorkingDir: import.meta.dirname,
    entryNames: `${name}-[hash]`,
    chunkNames: `${name}-[hash]`,
    ...{ bundle: true, splitting: true, minify: true, write: false, metafile: true },
    format: 'esm',
    target: ['es2022', 'chrome110', 'firefox115', 'safari16.4'],
    legalComments: 'none',
    charset: 'utf8',
  });
  const isEntry = ({ name: file }: Asset): boolean => metafile.outputs[file]?.entryPoint === from;
  return outputFiles
    .map(({ path, text }) => ({ name: basename(path), body: text }))
    .sort((a, b) => Number(isEntry(b)) - Number(isEntry(a)));
}

function moduleText(constant: string, from: string, assets: readonly Asset[]): string {
  const isMany = constant.endsWith('s');
  const written = assets.map(({ name, body }) => {
    // Minified or not, a text within a template needs exactly these three characters escaped. Line breaks are, too: the
    // text is no source to read line by line.
    const template = body.replace(/[\\`]|\$(?=\{)/g, '\\$&').replaceAll('\n', '\\n');
    return `{\n  name: '${name}',\n  body: \`${template}\`,\n}`;
  });
  const [type, value] = isMany
    ? ['readonly [entry: Asset, ...later: Asset[]]', `[${written.join(', ')}]`]
    : ['Asset', written.join()];
  return `// Made from \`${from}\` by \`pnpm run assets\`; do not edit.
// biome-ignore-all format: it is one text
// biome-ignore-all lint: it is one text
import type { Asset } from './asset.ts';

/** Holds what was made from \`${from}\`${isMany ? ': the file to load, and those that it loads when they are needed' : ''}. */
export const ${constant}: ${type} = ${value};
`;
}

if (import.meta.main) {
  for (const [path, text] of await makeAssetModules()) {
    if (readIfThere(path) !== text) writeFileSync(path, text);
  }
}

function readIfThere(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
}
