import { sharingTests } from '../../vitest.shared.ts';

export default sharingTests;
