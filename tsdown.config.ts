// Builds a published package from its own folder: `tsdown --config ../../tsdown.config.ts`.
import { readFileSync } from 'node:fs';
import { defineConfig, type UserConfig } from 'tsdown';
import { inlineSources } from './inline-sources.ts';

const config: UserConfig = defineConfig({
  cwd: process.cwd(),
  entry: entriesOf(readFileSync('package.json', 'utf8')),
  tsconfig: 'tsconfig.build.json',
  format: 'esm',
  platform: 'node',
  fixedExtension: false,
  // The oldest Node that `engines` name.
  target: 'node20',
  // Each source says its types itself (`isolatedDeclarations`), so none has to be inferred.
  dts: { generator: 'oxc' },
  sourcemap: true,
  plugins: [
    {
      name: 'inline-sources',
      transform: {
        filter: { id: /\.ts$/, code: /\b(lua|sql)Source\(/ },
        handler: (code, id) => ({ code: inlineSources(code, id), map: null }),
      },
    },
  ],
});

export default config;

/** Finds the source of each file that a package.json publishes: for `./dist/cli/main.js`, `src/cli/main.ts`. */
function entriesOf(manifest: string): Record<string, string> {
  const { publishConfig } = JSON.parse(manifest) as { readonly publishConfig?: object };
  const built = JSON.stringify(publishConfig).matchAll(/"\.\/dist\/([^"]+)\.js"/g);
  return Object.fromEntries([...built].map(([, name = '']) => [name, `src/${name}.ts`]));
}
