/**
 * Remembers where a dashboard is mounted, as requests show it: nothing says so, and `/jobs/unknown` could
 * be a mount as well as an address below `/jobs` that leads nowhere.
 */
export class Mounts {
  readonly #known = new Set<string>();

  /** Starts with the mount that is known, if one is. */
  constructor(mount?: string) {
    if (mount !== undefined) this.#known.add(mount);
  }

  /** Tells whether the address of a first page is one: it is not below a mount that is known. */
  isMount(pathname: string): boolean {
    const mount = pathname.endsWith('/') ? pathname : `${pathname}/`;
    for (const known of this.#known) {
      if (mount !== known && mount.startsWith(known) && !this.#known.has(mount)) return false;
    }
    // As many as anybody has, however many addresses somebody tries.
    if (this.#known.size < 100) this.#known.add(mount);
    return true;
  }
}
