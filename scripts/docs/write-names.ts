// Writes the document of all names that users meet, from the sources and their doc comments.
import { writeFileSync } from 'node:fs';
import { relative } from 'node:path';
import { root } from '../setup/workspace.js';
import { NAMES_FILE, namesDocument } from './names-document.ts';

writeFileSync(NAMES_FILE, namesDocument());
console.log(`${relative(root, NAMES_FILE)}: written`);
