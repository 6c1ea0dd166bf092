import type { Group } from '../../src/suite/group.ts';

/** Keeps some tests of all groups, by their titles. */
export function narrowed<TTrial>(
  groups: readonly Group<TTrial>[],
  keeps: (title: string) => boolean,
): readonly Group<TTrial>[] {
  return groups.map((group) => ({
    ...group,
    tests: (test) =>
      group.tests((title, ...rest) => {
        if (keeps(title)) test(title, ...rest);
      }),
  }));
}
