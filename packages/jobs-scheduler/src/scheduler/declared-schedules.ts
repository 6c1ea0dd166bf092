import { isDeepStrictEqual } from 'node:util';
import { comparable } from '../spec/job-template.ts';
import type { CheckedDeclaration } from './make-spec.ts';

/** Holds the schedules a process declared together. */
interface DeclaredTogether {
  readonly declarations: readonly CheckedDeclaration[];
  readonly generation: number;
}

/** Remembers the schedules this process declared. */
export class DeclaredSchedules {
  readonly #lists = new Map<string | undefined, DeclaredTogether>();
  readonly #single = new Map<string, CheckedDeclaration>();

  /** How many schedules it declared. */
  get size(): number {
    const lists = [...this.#lists.values()];
    return lists.reduce((sum, { declarations }) => sum + declarations.length, this.#single.size);
  }

  /** The lists declared with `sync`, by owner. */
  get lists(): ReadonlyMap<string | undefined, DeclaredTogether> {
    return this.#lists;
  }

  /** The schedules declared one by one. */
  get single(): Iterable<CheckedDeclaration> {
    return this.#single.values();
  }

  /** Notes a list that was declared, in place of the one before. */
  synced(
    owner: string | undefined,
    declarations: readonly CheckedDeclaration[],
    generation: number,
  ): void {
    this.#lists.set(owner, { declarations, generation });
  }

  /** Notes a schedule that was declared by itself. */
  scheduled(declaration: CheckedDeclaration): void {
    this.#single.set(declaration.id, declaration);
  }

  /** Forgets a schedule that was removed. */
  removed(id: string): void {
    this.#single.delete(id);
    for (const [owner, { declarations, generation }] of this.#lists) {
      const left = declarations.filter((declaration) => declaration.id !== id);
      this.#lists.set(owner, { declarations: left, generation });
    }
  }

  /** Returns the generation of the last list of an owner, if it is the same as this one. */
  generationOf(
    owner: string | undefined,
    declarations: readonly CheckedDeclaration[],
  ): number | undefined {
    const last = this.#lists.get(owner);
    const isSame =
      last !== undefined &&
      isDeepStrictEqual(last.declarations.map(essence), declarations.map(essence));
    return isSame ? last.generation : undefined;
  }
}

/** Returns the content of a declaration without the time it was made. */
function essence({ id, spec }: CheckedDeclaration): unknown {
  const { timing, job } = spec;
  const times = timing.kind === 'every' ? timing.everyMs : timing;
  return [id, { ...spec, timing: times, job: comparable(job) }];
}
