import { execFileSync } from 'node:child_process';
import { appendFileSync, mkdtempSync, rmdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** The pieces in which it is filled, in bytes: the last ones fill what larger ones leave. */
const PIECES = [1024 * 1024, 4096, 1] as const;

/**
 * Is a disk of a few megabytes, in memory, for one test that fills it. It is mounted, which takes Linux and root.
 *
 * @example
 * const disk = SmallDisk.mount(32 * 1024 * 1024);
 * onTestFinished(() => disk.unmount());
 * const queue = createQueue({ path: `${disk.path}/jobs.sqlite` });
 * disk.fill(); // from here on every write fails
 * disk.free();
 */
export class SmallDisk {
  /** The folder where it is mounted; all accounts may write there. */
  readonly path: string;
  readonly #ballast: string;

  private constructor(path: string) {
    this.path = path;
    this.#ballast = join(path, 'ballast');
  }

  /** Mounts a disk of that many bytes. */
  static mount(bytes: number): SmallDisk {
    const path = mkdtempSync(join(tmpdir(), 'philjs-disk-'));
    execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${bytes},mode=1777`, 'philjs-jobs', path]);
    return new SmallDisk(path);
  }

  /** Fills it to the last byte. */
  fill(): void {
    for (const size of PIECES) {
      const piece = Buffer.alloc(size, '.');
      try {
        for (;;) appendFileSync(this.#ballast, piece);
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== 'ENOSPC') throw error;
      }
    }
  }

  /** Frees what {@link fill} took. */
  free(): void {
    rmSync(this.#ballast, { force: true });
  }

  /** Unmounts it, with all that is on it. */
  unmount(): void {
    execFileSync('umount', ['--lazy', this.path]);
    rmdirSync(this.path);
  }
}
