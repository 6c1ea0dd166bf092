import { describe } from 'vitest';
import { allPolicies } from './policies/all-policies.ts';
import { memoryBed } from './support/memory-bed.ts';

describe('schedules in memory', () => {
  allPolicies(memoryBed);
});
