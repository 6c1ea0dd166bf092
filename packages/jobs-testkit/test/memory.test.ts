import { describeBackend, describeQueue } from '../src/conformance.ts';
import { memoryBackend } from './support/memory.ts';

describeBackend('memory', { create: memoryBackend() });
describeQueue('memory', { create: memoryBackend() });
