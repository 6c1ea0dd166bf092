import { existsSync } from 'node:fs';
import { stripTypeScriptTypes } from 'node:module';
import { planBlocks } from '../docs/plan-blocks.ts';
import { readBlocks } from '../docs/read-blocks.ts';

/** Gives the first TypeScript block of a document that is run, as JavaScript that older Nodes run too. */
export function firstExample(document: string): string | undefined {
  if (!existsSync(document)) return undefined;
  const first = planBlocks(readBlocks(document)).find(
    ({ file, run }) => run && file.endsWith('.ts'),
  );
  return first && stripTypeScriptTypes(first.code).trim();
}
