import { faultTests } from '../../vitest.shared.ts';

export default faultTests;
