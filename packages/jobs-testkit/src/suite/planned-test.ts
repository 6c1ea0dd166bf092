import type { Capabilities } from '@philjs/jobs-core/backend';
import type { Group } from './group.ts';

/** How long a test may take in real time, in milliseconds: what takes longer hangs, on a busy machine too. */
const TIMEOUT_MS = 300_000;

/** Holds a test of a suite that runs on a given engine. */
export interface PlannedTest<TTrial> {
  readonly group: string;
  readonly title: string;
  readonly timeout: number;
  readonly alone: boolean;
  readonly body: (trial: TTrial) => Promise<void>;
}

/**
 * Lists the tests of a suite, or of some of its groups, that an engine of the given capabilities has to pass, and the
 * titles of all. Throws when two tests have one title, since `skip` refers to titles.
 */
export function planTests<TTrial>(
  groups: readonly Group<TTrial>[],
  capabilities: Capabilities,
  only?: readonly string[],
): { readonly tests: readonly PlannedTest<TTrial>[]; readonly titles: ReadonlySet<string> } {
  const titles = new Set<string>();
  const tests: PlannedTest<TTrial>[] = [];
  for (const group of groups) {
    group.tests((title, body, { needs, lacks, timeout = TIMEOUT_MS, alone = false } = {}) => {
      if (titles.has(title)) throw new Error(`Two tests of the suite are called \`${title}\``);
      titles.add(title);
      if (only?.includes(group.title) === false) return;
      const flags = [group.needs ?? [], needs ?? []].flat();
      if (!flags.every((flag) => capabilities[flag])) return;
      if (lacks !== undefined && capabilities[lacks]) return;
      tests.push({ group: group.title, title, timeout, alone, body });
    });
  }
  return { tests, titles };
}
