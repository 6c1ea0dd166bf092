import { clearScreenDown, moveCursor } from 'node:readline';
import * as util from 'node:util';
import type { SerializedError } from '@philjs/jobs-core';
import { escapeControls } from '@philjs/jobs-core/internal';
import Table from 'cli-table3';
import { escapeLines } from './escape-lines.ts';
import type { Io } from './io.ts';

type StyleText = typeof util.styleText;
type Style = Parameters<StyleText>[0];

/** Before Node 20.12 there is none, and text has no colours. */
const styleText: StyleText | undefined = util.styleText;

/** Writes results: JSON and nothing else with `--json`, else text and tables, coloured on a terminal. */
export class Output {
  readonly #io: Io;
  /** How many rows of the terminal the last redraw used. */
  #rows = 0;
  /** Whether results are JSON. */
  readonly json: boolean;

  constructor(io: Io, json: boolean) {
    this.#io = io;
    this.json = json;
  }

  /** Writes a result: `value` as JSON, or the text of `asText`. */
  result(value: unknown, asText: () => string): void {
    this.#io.stdout.write(`${this.json ? jsonOf(value, 2) : asText()}\n`);
  }

  /** Writes one result of a stream, as a JSON line or as text. */
  line(value: unknown, asText: () => string): void {
    this.#io.stdout.write(`${this.json ? jsonOf(value) : asText()}\n`);
  }

  /** Writes a result over the previous one on a terminal, elsewhere after it. */
  redraw(value: unknown, asText: () => string): void {
    const { stdout } = this.#io;
    if (this.json || !stdout.isTTY) {
      this.line(value, asText);
      return;
    }
    const text = asText();
    if (this.#rows > 0) moveCursor(stdout, 0, -this.#rows);
    clearScreenDown(stdout);
    stdout.write(`${text}\n`);
    this.#rows = rowsOf(text, stdout.columns ?? 80);
  }

  /** Writes a note for people, beside the result. */
  note(text: string): void {
    this.#io.stderr.write(`${text}\n`);
  }

  /** Colours text where people read it. */
  style(style: Style, text: string): string {
    const { NO_COLOR } = this.#io.env;
    const plain =
      this.json || !this.#io.stdout.isTTY || (NO_COLOR !== undefined && NO_COLOR !== '');
    return plain ? text : (styleText?.(style, text, { validateStream: false }) ?? text);
  }

  /** Makes a table; escapes the control characters in data of jobs. */
  table(head: readonly string[], rows: readonly (readonly string[])[]): string {
    const table = new Table({
      head: head.map((title) => this.style('bold', title)),
      style: { head: [], border: [], compact: true },
      chars: BORDERS,
    });
    table.push(...rows.map((row) => row.map((cell) => cell)));
    return table.toString();
  }

  /** Escapes the control characters of a text from a job. */
  hostile(text: string): string {
    return escapeControls(text);
  }
}

/** Writes JSON. Beyond what JSON itself escapes, also what steers a terminal, which only strings hold. */
function jsonOf(value: unknown, indent?: number): string {
  return escapeLines(JSON.stringify(value, withBigInts, indent));
}

/** Returns how many rows a text takes, with lines wider than the terminal wrapped. */
function rowsOf(text: string, columns: number): number {
  const lines = util.stripVTControlCharacters(text).split('\n');
  return lines.reduce((sum, line) => sum + Math.max(1, Math.ceil(line.length / columns)), 0);
}

/** Writes integers of any size, as a replacer of `JSON.stringify`. */
export function withBigInts(_key: string, value: unknown): unknown {
  return typeof value === 'bigint' ? value.toString() : value;
}

/** Writes a value of a job on one line; an absent one as nothing. */
export function jsonText(value: unknown): string {
  return JSON.stringify(value, withBigInts) ?? '';
}

/** Writes an error of a job on one line. */
export function errorText({ name, message }: SerializedError): string {
  return `${name}: ${message}`;
}

const BORDERS = {
  top: '',
  'top-mid': '',
  'top-left': '',
  'top-right': '',
  bottom: '',
  'bottom-mid': '',
  'bottom-left': '',
  'bottom-right': '',
  left: '',
  'left-mid': '',
  mid: '',
  'mid-mid': '',
  right: '',
  'right-mid': '',
  middle: '  ',
};
