import { describeBackend, describeQueue } from '@philjs/jobs-testkit';
import { memoryBackend } from '../src/index.ts';

describeBackend('memory', { create: memoryBackend() });
describeQueue('memory', { create: memoryBackend() });
