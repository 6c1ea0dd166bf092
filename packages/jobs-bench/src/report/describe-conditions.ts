import type { Conditions } from './result.ts';

/** Describes the conditions of a result in one line. */
export function describeConditions(conditions: Conditions): string {
  const { takenAt, size, rounds, machine, load } = conditions;
  return [
    `${takenAt.slice(0, 10)}, ${size}, ${rounds} rounds`,
    `${machine.cores} cores of ${machine.cpu}, ${machine.memoryGiB} GiB, ${machine.system}`,
    `Node ${machine.node}`,
    `load ${load.before} before and ${load.after} after`,
  ].join(' · ');
}
