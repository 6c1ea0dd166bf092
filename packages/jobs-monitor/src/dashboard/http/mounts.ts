/**
 * Remembers the mounts of a dashboard, learned from requests. No option names them, and `/jobs/unknown`
 * could be a mount as well as an unknown address below `/jobs`.
 */
export class Mounts {
  readonly #known = new Set<string>();

  /** Starts with the mount, if it is known. */
  constructor(mount?: string) {
    if (mount !== undefined) this.#known.add(mount);
  }

  /** Returns whether the address of a first page is a mount: it is not below a known one. */
  isMount(pathname: string): boolean {
    const mount = pathname.endsWith('/') ? pathname : `${pathname}/`;
    for (const known of this.#known) {
      if (mount !== known && mount.startsWith(known) && !this.#known.has(mount)) return false;
    }
    // Bounded: more than any application has, however many addresses a client tries.
    if (this.#known.size < 100) this.#known.add(mount);
    return true;
  }
}
