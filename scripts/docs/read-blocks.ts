import { readFileSync } from 'node:fs';
import { relative } from 'node:path';
import { root } from '../setup/workspace.js';

/** A fenced code block of a Markdown file. */
export interface CodeBlock {
  /** Relative to the root, with slashes. */
  readonly document: string;
  /** The line of the opening fence, from 1. */
  readonly line: number;
  readonly language: string;
  /** The attributes behind the language: `no-run reason="…"` gives `{ 'no-run': true, reason: '…' }`. */
  readonly attributes: Readonly<Record<string, string | true>>;
  readonly code: string;
}

/** Reads the fenced code blocks of a Markdown file, in order. An unclosed fence is an error. */
export function readBlocks(file: string): CodeBlock[] {
  const document = relative(root, file).replaceAll('\\', '/');
  const blocks: CodeBlock[] = [];
  let open:
    | { fence: string; indent: number; line: number; info: string; lines: string[] }
    | undefined;
  for (const [index, line] of readFileSync(file, 'utf8').split(/\r?\n/).entries()) {
    const match = /^(?<indent>[ \t>]*)(?<fence>`{3,}|~{3,})(?<info>.*)$/.exec(line);
    const { indent = '', fence = '', info = '' } = match?.groups ?? {};
    if (open === undefined) {
      if (fence !== '' && !info.includes('`')) {
        open = { fence, indent: indent.length, line: index + 1, info: info.trim(), lines: [] };
      }
    } else if (fence.startsWith(open.fence) && info.trim() === '') {
      const [language = '', ...rest] = open.info.split(/\s+/);
      const attributes = parseAttributes(rest.join(' '));
      blocks.push({ document, line: open.line, language, attributes, code: open.lines.join('\n') });
      open = undefined;
    } else {
      open.lines.push(stripIndent(line, open.indent));
    }
  }
  if (open !== undefined)
    throw new Error(`${document}:${open.line}: the code block is not closed.`);
  return blocks;
}

function stripIndent(line: string, width: number): string {
  return line.slice(0, width).trim() === '' ? line.slice(width) : line;
}

function parseAttributes(text: string): Record<string, string | true> {
  const attributes: Record<string, string | true> = {};
  for (const match of text.matchAll(/([\w-]+)(?:=(?:"([^"]*)"|(\S+)))?/g)) {
    const [, name = '', quoted, bare] = match;
    attributes[name] = quoted ?? bare ?? true;
  }
  return attributes;
}
