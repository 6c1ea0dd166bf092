import type { DstRule } from '../../src/options/schedule-options.ts';

/** The values of `dst` for which the ticks of a line of the table are the right ones. */
export function dstRulesOf(rules: readonly string[]): readonly (DstRule | undefined)[] {
  return rules.flatMap((rule) => {
    if (rule === 'interval') return [undefined, 'skip', 'run-once', 'run-twice'];
    if (rule === 'default') return [undefined, 'run-once'];
    return [rule === 'list' ? undefined : (rule as DstRule)];
  });
}
