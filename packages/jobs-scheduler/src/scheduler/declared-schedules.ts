import { isDeepStrictEqual } from 'node:util';
import type { CheckedDeclaration } from './make-spec.ts';

/** What a process declared together. */
interface DeclaredTogether {
  readonly declarations: readonly CheckedDeclaration[];
  readonly generation: number;
}

/** Remembers what this process declared. */
export class DeclaredSchedules {
  readonly #lists = new Map<string | undefined, DeclaredTogether>();
  readonly #single = new Map<string, CheckedDeclaration>();

  /** How many schedules it declared. */
  get size(): number {
    const lists = [...this.#lists.values()];
    return lists.reduce((sum, { declarations }) => sum + declarations.length, this.#single.size);
  }

  /** What was declared with `sync`, by owner. */
  get lists(): ReadonlyMap<string | undefined, DeclaredTogether> {
    return this.#lists;
  }

  /** What was declared one by one. */
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

  /** In which turn the same list was declared last, if that was the last one. */
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

/** What a declaration says, but for when it was made. */
function essence({ id, spec }: CheckedDeclaration): unknown {
  const { timing } = spec;
  return [id, timing.kind === 'every' ? { ...spec, timing: timing.everyMs } : spec];
}
