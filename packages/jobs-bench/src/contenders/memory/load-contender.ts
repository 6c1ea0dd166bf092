import type { MemoryContender } from './memory-contender.ts';

/** Names the contenders that run jobs in memory. */
export type MemoryContenderName = 'philjs' | 'p-queue';

/** Loads one contender, and no code of the others. */
export async function loadContender(name: MemoryContenderName): Promise<MemoryContender> {
  switch (name) {
    case 'philjs':
      return (await import('./jobs-memory.ts')).jobsMemory;
    case 'p-queue':
      return (await import('./p-queue.ts')).pQueue;
  }
}
