import { describeBackend, describeQueue } from '../src/index.ts';
import { slowBackend } from './support/slow-backend.ts';

describeBackend('slow store', { create: slowBackend() });
describeQueue('slow store', { create: slowBackend() });
