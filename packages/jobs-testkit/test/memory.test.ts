import { describeBackend } from '../src/index.ts';
import { memoryBackend } from './support/memory.ts';

describeBackend('memory', { create: memoryBackend() });
