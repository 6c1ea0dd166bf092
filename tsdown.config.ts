// Builds a published package from its own folder: `tsdown --config ../../tsdown.config.ts`.
import { readFileSync } from 'node:fs';
import { defineConfig, type Rolldown, type UserConfig } from 'tsdown';

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
  plugins: [inlineSources()],
});

export default config;

/** Finds the source of each file that a package.json publishes: for `./dist/cli/main.js`, `src/cli/main.ts`. */
function entriesOf(manifest: string): Record<string, string> {
  const { publishConfig } = JSON.parse(manifest) as { readonly publishConfig?: object };
  const built = JSON.stringify(publishConfig).matchAll(/"\.\/dist\/([^"]+)\.js"/g);
  return Object.fromEntries([...built].map(([, name = '']) => [name, `src/${name}.ts`]));
}

/** Puts the text of each `.lua` or `.sql` file where a source reads it: `luaSource(new URL('./….lua', import.meta.url))`. */
function inlineSources(): Rolldown.Plugin {
  const reading = /\b(?:lua|sql)Source\(\s*new URL\('([^']+)', import\.meta\.url\),?\s*\)/g;
  return {
    name: 'inline-sources',
    transform: {
      filter: { id: /\.ts$/, code: /\b(lua|sql)Source\(/ },
      handler(code, id) {
        const inlined = code.replace(reading, (call, file: string) => {
          const text = readFileSync(new URL(file, `file://${id}`), 'utf8');
          // With as many lines as before, so that the source map stays right.
          return JSON.stringify(text) + '\n'.repeat(call.split('\n').length - 1);
        });
        return { code: inlined, map: null };
      },
    },
  };
}
