import { describeBackend, describeQueue } from '@philjs/jobs-testkit';
import { myBackend } from '../src/index.ts';

describeBackend('my-engine', { create: myBackend() });
describeQueue('my-engine', { create: myBackend() });
