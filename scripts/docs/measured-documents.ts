import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { listFiles } from '../check/list-files.ts';
import { root } from '../setup/workspace.js';
import { readBenchResults } from './bench-results.ts';
import { withFiguresTable } from './figures-table.ts';
import { withQuotedFigures } from './quoted-figures.ts';

/** A document that quotes what benchmarks measured. */
export interface MeasuredDocument {
  readonly file: string;
  /** The text as it is. */
  readonly text: string;
  /** The text with the latest results. */
  readonly measured: string;
}

/** Finds all documents that quote figures of the benchmarks, with those of the latest results. */
export function measuredDocuments(): readonly MeasuredDocument[] {
  const results = readBenchResults();
  return listFiles(root, /\.md$/)
    .filter((file) => !file.startsWith(join(root, 'docs/api/')))
    .map((file) => ({ file, text: readFileSync(file, 'utf8') }))
    .filter(({ text }) => /<!-- figures?: /.test(text))
    .map(({ file, text }) => ({
      file,
      text,
      measured: withQuotedFigures(withFiguresTable(text, results), results),
    }));
}
