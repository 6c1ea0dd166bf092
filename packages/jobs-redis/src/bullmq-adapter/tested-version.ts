import { createRequire } from 'node:module';

/** The versions of BullMQ whose public classes were tested with jobs that it added. */
const TESTED = /^6\.7\./;

/** The version of BullMQ that this process loads; empty where that cannot be read, as in a bundle. */
export const bullVersion: string = readVersion();

/** Whether jobs that BullMQ added can be ended by its classes. */
export const isTestedVersion: boolean = bullVersion === '' || TESTED.test(bullVersion);

function readVersion(): string {
  try {
    const { version }: { readonly version?: unknown } = createRequire(import.meta.url)(
      'bullmq/package.json',
    );
    return String(version ?? '');
  } catch {
    return '';
  }
}
