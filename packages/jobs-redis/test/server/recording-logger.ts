import type { Logger } from '@philjs/jobs-core';

/** A logger that keeps its lines. */
export function recordingLogger(): Logger & { readonly lines: string[] } {
  const lines: string[] = [];
  const write = (text: string, ...details: unknown[]): void => {
    lines.push([text, ...details.map(String)].join(' '));
  };
  return { lines, debug: write, info: write, warn: write, error: write };
}
