import { createHash } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { build } from 'esbuild';

/** Maps each module made in `src/assets` to its entry file in the folder `client`. */
const ENTRIES = {
  pageScript: { module: 'page-script.ts', from: 'client/main.ts', name: 'page', type: 'js' },
  pageStyle: { module: 'page-style.ts', from: 'client/page.css', name: 'page', type: 'css' },
  chartScript: { module: 'chart-script.ts', from: 'client/charts.ts', name: 'charts', type: 'js' },
  chartStyle: { module: 'chart-style.ts', from: 'client/charts.css', name: 'charts', type: 'css' },
} as const;

/** Makes the modules that hold the scripts and styles of the dashboard, by their paths. */
export async function makeAssetModules(): Promise<ReadonlyMap<string, string>> {
  const modules = new Map<string, string>();
  for (const [constant, { module, from, name, type }] of Object.entries(ENTRIES)) {
    const body = await bundle(from);
    const hash = createHash('sha256').update(body).digest('hex').slice(0, 10);
    const text = moduleText(constant, from, `${name}-${hash}.${type}`, body);
    modules.set(join(import.meta.dirname, 'src/assets', module), text);
  }
  return modules;
}

async function bundle(from: string): Promise<string> {
  const { outputFiles } = await build({
    entryPoints: [join(import.meta.dirname, from)],
    bundle: true,
    minify: true,
    write: false,
    format: 'esm',
    target: ['es2022', 'chrome110', 'firefox115', 'safari16.4'],
    legalComments: 'none',
    charset: 'utf8',
  });
  return outputFiles[0]?.text ?? '';
}

function moduleText(constant: string, from: string, name: string, body: string): string {
  // Minified or not, a text within a template needs exactly these three characters escaped. Line breaks are, too: the
  // text is no source to read line by line.
  const template = body.replace(/[\\`]|\$(?=\{)/g, '\\$&').replaceAll('\n', '\\n');
  return `// Made from \`${from}\` by \`pnpm run assets\`; do not edit.
// biome-ignore-all format: it is one text
// biome-ignore-all lint: it is one text
import type { Asset } from './asset.ts';

/** Holds what was made from \`${from}\`. */
export const ${constant}: Asset = {
  name: '${name}',
  body: \`${template}\`,
};
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
