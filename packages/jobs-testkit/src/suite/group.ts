import type { Capabilities } from '@philjs/jobs-core/backend';

/** Names a capability that a backend either has or lacks. */
export type CapabilityFlag = {
  [name in keyof Capabilities]: Capabilities[name] extends boolean ? name : never;
}[keyof Capabilities];

/** Holds the requirements of a test. */
export interface TestNeeds {
  /** The capabilities without which the test is not registered. */
  readonly needs?: CapabilityFlag | readonly CapabilityFlag[];
  /** The capability with which the test is not registered. */
  readonly lacks?: CapabilityFlag;
  /** How long it may take in real milliseconds. */
  readonly timeout?: number;
  /** Whether no other test may run beside it, since it blocks the process. @default false */
  readonly alone?: boolean;
}

/** Registers one test. Its title states the expected behaviour, and is unique in its suite. */
export type RegisterTest<TTrial> = (
  title: string,
  body: (trial: TTrial) => Promise<void>,
  needs?: TestNeeds,
) => void;

/** Holds tests that belong together. */
export interface Group<TTrial> {
  /** The subject of the tests. */
  readonly title: string;
  /** The capability without which none of them is registered. */
  readonly needs?: CapabilityFlag;
  /** The option of the suite without which none of them is registered. */
  readonly option?: 'deleteByHand';
  /** Registers the tests. */
  readonly tests: (test: RegisterTest<TTrial>) => void;
}
