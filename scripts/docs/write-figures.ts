// Writes what the benchmarks have measured into the documents that quote it.
import { writeFileSync } from 'node:fs';
import { relative } from 'node:path';
import { root } from '../setup/workspace.js';
import { measuredDocuments } from './measured-documents.ts';

for (const { file, text, measured } of measuredDocuments()) {
  if (measured !== text) writeFileSync(file, measured);
  console.log(`${relative(root, file)}: ${measured === text ? 'is up to date' : 'written'}`);
}
