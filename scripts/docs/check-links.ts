// Follows every link within the documentation: to a file, a folder, a heading. Those that lead out of the
// repository are only looked at: they must be whole https addresses. Figures must be those of the benchmarks.
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { listFiles } from '../check/list-files.ts';
import { root } from '../setup/workspace.js';
import { measuredDocuments } from './measured-documents.ts';
import { type DocumentLinks, readLinks } from './read-links.ts';

const results = join(root, '.cache/results/links.json');
const index = join(root, 'docs/README.md');
const documents = new Map<string, DocumentLinks>(
  listFiles(root, /\.md$/)
    .filter((file) => !file.startsWith(join(root, 'docs/api/')))
    .map((file) => [file, readLinks(file)]),
);

const problems: string[] = [];
let followed = 0;
for (const [document, { targets }] of documents) {
  for (const target of targets) {
    followed += 1;
    const problem = problemOf(document, target);
    if (problem !== undefined) problems.push(`${relative(root, document)}: ${target}: ${problem}`);
  }
}
problems.push(...unlisted(), ...outdated());

for (const problem of problems) console.error(problem);
console.log(`${followed} links in ${documents.size} documents`);
mkdirSync(dirname(results), { recursive: true });
const failed = problems.length;
writeFileSync(results, JSON.stringify({ passed: Math.max(0, followed - failed), failed }));
if (failed > 0) process.exitCode = 1;

function problemOf(document: string, target: string): string | undefined {
  if (/^[a-z][a-z\d+.-]*:/i.test(target)) {
    return /^(https:\/\/[^/\s]+\.|mailto:)/.test(target) ? undefined : 'expected an https address';
  }
  const [path = '', anchor] = decodeURIComponent(target).split('#', 2);
  const file = path === '' ? document : resolve(dirname(document), path);
  if (relative(root, file).startsWith('..')) return 'leads out of the repository';
  if (!existsSync(file)) return 'there is no such file';
  if (anchor === undefined) return undefined;
  const anchors = documents.get(file)?.anchors;
  if (anchors === undefined) return 'an anchor needs a Markdown file';
  return anchors.has(anchor) ? undefined : 'there is no such heading';
}

/** Every guide is in the index, or it is not found. */
function unlisted(): string[] {
  const listed = documents.get(index)?.targets.map((target) => resolve(dirname(index), target));
  return [...documents.keys()]
    .filter((file) => file !== index && file.startsWith(`${dirname(index)}/`))
    .filter((file) => !listed?.includes(file))
    .map((file) => `docs/README.md: does not list ${relative(dirname(index), file)}`);
}

/** Checks that documents quote the latest figures of the benchmarks. */
function outdated(): string[] {
  return measuredDocuments()
    .filter(({ text, measured }) => measured !== text)
    .map(
      ({ file }) =>
        `${relative(root, file)}: quotes other figures than packages/jobs-bench/results; run \`pnpm docs:figures\``,
    );
}
