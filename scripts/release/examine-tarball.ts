import { execFileSync } from 'node:child_process';
import { statSync } from 'node:fs';

/** Describes a packed package: its files and its problems. */
export interface ExaminedTarball {
  /** Bytes of the file. */
  readonly packed: number;
  /** Bytes of what is in it. */
  readonly unpacked: number;
  readonly files: number;
  readonly problems: readonly string[];
}

const EXPECTED = ['package.json', 'README.md', 'LICENSE', 'dist/index.js', 'dist/index.d.ts'];
const UNWANTED = /\.test\.|\.test-d\.|^test\/|^coverage\/|\.tsbuildinfo$|^\.|\.env/;
const INSTALL_SCRIPTS = ['preinstall', 'install', 'postinstall', 'prepare'];

/** Looks into a packed package, as npm will get it. */
export function examineTarball(file: string): ExaminedTarball {
  const listing = execFileSync('tar', ['-tvzf', file], { encoding: 'utf8' }).trim().split('\n');
  const entries = listing.map((line) => {
    const [, size = '0', name = ''] = /\s(\d+)\s+\S+\s+\S+\s+package\/(.+)$/.exec(line) ?? [];
    return { name, size: Number(size) };
  });
  const names = new Set(entries.map(({ name }) => name));
  return {
    packed: statSync(file).size,
    unpacked: entries.reduce((sum, { size }) => sum + size, 0),
    files: names.size,
    problems: [
      ...EXPECTED.filter((name) => !names.has(name)).map((name) => `lacks ${name}`),
      ...[...names].filter((name) => UNWANTED.test(name)).map((name) => `should not hold ${name}`),
      ...modulesTwice(file, names).map((name) => `holds ${name} twice`),
      ...manifestProblems(readManifest(file), names),
    ],
  };
}

/** Finds the sources that more than one of a package's bundled files holds: each would have a state of its own. */
function modulesTwice(file: string, names: ReadonlySet<string>): string[] {
  const sources = [...names]
    .filter((name) => name.endsWith('.js.map'))
    .flatMap((name) => (JSON.parse(readText(file, name)) as { readonly sources: string[] }).sources)
    .map((source) => source.replace(/^(\.\.\/)+/, ''));
  return sources.filter((source, at) => sources.indexOf(source) !== at);
}

function readText(file: string, name: string): string {
  return execFileSync('tar', ['-xOzf', file, `package/${name}`], {
    encoding: 'utf8',
    maxBuffer: 2 ** 26,
  });
}

function readManifest(file: string): Readonly<Record<string, unknown>> {
  return JSON.parse(readText(file, 'package.json')) as Readonly<Record<string, unknown>>;
}

function manifestProblems(
  manifest: Readonly<Record<string, unknown>>,
  names: ReadonlySet<string>,
): string[] {
  const text = JSON.stringify({ ...manifest, devDependencies: {} });
  const { scripts = {}, exports, bin } = manifest;
  const targets = [...JSON.stringify([exports, bin]).matchAll(/"\.\/([^"]+\.[a-z]+)"/g)]
    .map(([, target = '']) => target)
    .filter((target) => target !== 'package.json');
  return [
    ...(/"(workspace|catalog|link|file):/.test(text)
      ? ['depends on something that is only in the workspace']
      : []),
    ...INSTALL_SCRIPTS.filter((name) => Object.hasOwn(scripts as object, name)).map(
      (name) => `has a \`${name}\` script`,
    ),
    ...targets
      .filter((target) => !names.has(target))
      .map((target) => `exports ${target}, which is not in it`),
  ];
}
