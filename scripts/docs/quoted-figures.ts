import type { BenchResult } from './bench-results.ts';

const quoted = /(<!-- figure: (?<of>[^>]+?) -->)[^<]*(<!-- end -->)/g;

/** Says how a figure is written. */
const formats: Readonly<Record<string, (value: number) => string>> = {
  bytes: (value) => `${count(value)} bytes`,
  µs: (value) => `${count(value)} µs`,
  ms: (value) => `${count(value)} ms`,
  'per second': (value) => `${Math.round(value).toLocaleString('en')} a second`,
  count,
  ratio: (value) => value.toFixed(2),
};

/**
 * Writes the figures a document quotes: what stands between
 * `<!-- figure: benchmark; case; contender; figure; format -->` and `<!-- end -->`. The case is empty
 * where there is one only; as a `ratio`, it is the subject against that contender.
 *
 * @throws Error for a figure that no benchmark measured
 */
export function withQuotedFigures(text: string, results: readonly BenchResult[]): string {
  return text.replaceAll(quoted, (_, opening: string, of: string, closing: string) => {
    const [benchmark = '', title = '', id = '', key = '', format = ''] = of
      .split(';')
      .map((part) => part.trim());
    const result = results.find((one) => one.benchmark === benchmark);
    const figure = result?.medians[`${title}; ${id}`]?.[key];
    const value = format === 'ratio' ? figure?.ratio : figure?.median;
    const write = formats[format];
    if (value === undefined || write === undefined) {
      throw new Error(
        `No benchmark measured \`${of}\`: expected benchmark; case; contender; figure; and one of ${Object.keys(formats).join(', ')}.`,
      );
    }
    return `${opening}${write(value)}${closing}`;
  });
}

function count(value: number): string {
  const digits = Math.abs(value) >= 100 ? 0 : Math.abs(value) >= 10 ? 1 : 2;
  return Number(value.toFixed(digits)).toLocaleString('en');
}
