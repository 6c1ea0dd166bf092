import type { CodeBlock } from './read-blocks.ts';

/** A program made of one block, or of all the blocks of a document that share a `file=`. */
export interface Program {
  readonly document: string;
  /** The line of its last block: when it runs, what the reader has seen so far is there. */
  readonly line: number;
  /** Its file, in the folder of the document. */
  readonly file: string;
  /** Its code, each line at the number that it has in the document. */
  readonly code: string;
  readonly check: boolean;
  readonly run: boolean;
  /** Whether it gets a Redis server, in `REDIS_URL`; one a document. */
  readonly needsRedis: boolean;
  /** Whether it gets a free port, in `PORT`. A file beside it listens there before it starts. */
  readonly needsPort: boolean;
  /** After how many ms it is sent SIGTERM, as a worker is. */
  readonly stopAfter: number | undefined;
  /** The file of the document that runs beside it, and is sent SIGTERM when it has ended. */
  readonly beside: string | undefined;
  readonly exitCode: number;
}

const extensions: Readonly<Record<string, string>> = {
  ts: 'ts',
  typescript: 'ts',
  js: 'js',
  javascript: 'js',
  sh: 'sh',
  bash: 'sh',
  shell: 'sh',
};
const known = new Set([
  'file',
  'no-run',
  'no-check',
  'reason',
  'exit',
  'needs',
  'stop-after',
  'beside',
]);

/** Says what is done with the blocks of a document. Other languages are left alone. */
export function planBlocks(blocks: readonly CodeBlock[]): Program[] {
  const programs = new Map<string, Program>();
  for (const block of blocks) {
    const extension = extensions[block.language];
    if (extension === undefined) continue;
    requireReason(block);
    const { attributes, document, line } = block;
    const { file } = attributes;
    const name = typeof file === 'string' ? file : `line-${line}.${extension}`;
    const earlier = programs.get(name);
    if (earlier !== undefined) programs.delete(name);
    programs.set(name, {
      document,
      line,
      file: name,
      code: atLine(earlier?.code ?? '', block),
      check: extension === 'ts' && attributes['no-check'] === undefined,
      run: attributes['no-run'] === undefined && attributes['no-check'] === undefined,
      ...howToRun(attributes),
    });
  }
  return [...programs.values()];
}

function howToRun(
  attributes: CodeBlock['attributes'],
): Pick<Program, 'needsRedis' | 'needsPort' | 'stopAfter' | 'beside' | 'exitCode'> {
  const { beside, needs, exit = 0 } = attributes;
  const stopAfter = attributes['stop-after'];
  return {
    needsRedis: needs === 'redis',
    needsPort: needs === 'port',
    stopAfter: stopAfter === undefined ? undefined : Number(stopAfter) * 1000,
    beside: typeof beside === 'string' ? beside : undefined,
    exitCode: Number(exit),
  };
}

function requireReason({ attributes, document, line }: CodeBlock): void {
  const unknown = Object.keys(attributes).find((name) => !known.has(name));
  if (unknown !== undefined) {
    const names = [...known].join(', ');
    throw new Error(`${document}:${line}: unknown attribute \`${unknown}\`; known are ${names}.`);
  }
  const { file, reason } = attributes;
  if (
    (attributes['no-run'] ?? attributes['no-check']) !== undefined &&
    typeof reason !== 'string'
  ) {
    throw new Error(`${document}:${line}: what is not run or checked needs a reason="…".`);
  }
  if (
    file !== undefined &&
    !(typeof file === 'string' && /^[\w.[\]-]+(\/[\w.[\]-]+)*$/.test(file))
  ) {
    throw new Error(`${document}:${line}: \`file\` is a path below the document's folder.`);
  }
}

/** Moves code down to its line in the document, so that an error's line number is the document's. */
function atLine(before: string, { line, code }: CodeBlock): string {
  const lines = before === '' ? 1 : before.split('\n').length;
  return `${before}${'\n'.repeat(line + 1 - lines)}${code}\n`;
}
