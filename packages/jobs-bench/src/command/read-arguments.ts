import { parseArgs } from 'node:util';
import type { Size } from '../benchmark/benchmark.ts';
import { BenchUsageError } from './usage-error.ts';

/** Holds the arguments of the command line. */
export interface Arguments {
  readonly names: readonly string[];
  readonly size: Size;
  readonly rounds: number | undefined;
  /** A text that the titles of the cases to run contain. */
  readonly only: string | undefined;
  readonly list: boolean;
  readonly help: boolean;
}

/**
 * Reads the command line.
 *
 * @throws BenchUsageError for an unknown option or a bad value
 */
export function readArguments(args: readonly string[]): Arguments {
  const { values, positionals } = parse(args);
  return {
    names: positionals,
    size: values.tiny ? 'tiny' : values.quick ? 'quick' : 'full',
    rounds: values.rounds === undefined ? undefined : readRounds(values.rounds),
    only: values.case,
    list: values.list,
    help: values.help,
  };
}

const parse = (args: readonly string[]) => {
  try {
    return parseArgs({
      args: [...args].filter((arg) => arg !== '--'),
      allowPositionals: true,
      options: {
        quick: { type: 'boolean', default: false },
        tiny: { type: 'boolean', default: false },
        rounds: { type: 'string' },
        case: { type: 'string' },
        list: { type: 'boolean', default: false },
        help: { type: 'boolean', short: 'h', default: false },
      },
    });
  } catch (error) {
    throw new BenchUsageError(error instanceof Error ? error.message : String(error));
  }
};

function readRounds(text: string): number {
  const rounds = Number(text);
  if (Number.isInteger(rounds) && rounds >= 1 && rounds <= 1000) return rounds;
  throw new BenchUsageError(
    `Expected \`--rounds\` to be an integer from 1 to 1000, got \`${text}\``,
  );
}
