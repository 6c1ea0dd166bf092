import { JobsError } from '../errors/jobs-error.ts';

/** Holds the parts of a chain of middleware. */
export interface Chain<TStep, TResult> {
  /** The middleware, outermost first. */
  readonly steps: readonly TStep[];
  /** Calls one step. */
  readonly call: (step: TStep, next: () => Promise<TResult>) => unknown;
  /** Runs the innermost function. */
  readonly innermost: () => unknown;
  /** Whether a step that returns nothing answers as the step inside it did, also where it waited for that. */
  readonly answersAlways?: boolean;
  /** Returns whether a step may call `next()` again, once the call before has settled. */
  readonly mayRepeat: (step: TStep) => boolean;
  /** Names a step in messages. */
  readonly describe: (index: number) => string;
  /** Gets the error of a `next()` that was called after its middleware had ended. */
  readonly onLate: (error: JobsError) => void;
}

/**
 * Runs a chain of middleware. A step ends when both it and every `next()` it called have ended, even if it forgot to
 * return or await them: an inner step never outlives an outer one, and an error there fails the chain. A step that
 * returned nothing while its `next()` was under way returns the result of that `next()`.
 */
export function runChain<TStep, TResult>(chain: Chain<TStep, TResult>): Promise<TResult> {
  return runFrom(chain, 0);
}

async function runFrom<TStep, TResult>(
  chain: Chain<TStep, TResult>,
  index: number,
): Promise<TResult> {
  const step = chain.steps[index];
  if (step === undefined) return chain.innermost() as TResult;
  const link = new ChainLink(chain, index, step);
  try {
    const result = (await chain.call(step, link.next)) as TResult;
    return await link.end(result);
  } catch (error) {
    await link.settled();
    throw error;
  }
}

/** Tracks the calls of `next()` that one step started. */
class ChainLink<TStep, TResult> {
  readonly #chain: Chain<TStep, TResult>;
  readonly #index: number;
  readonly #step: TStep;
  readonly #started: Promise<TResult>[] = [];
  #underWay = 0;
  #misuse: JobsError | undefined;
  #ended = false;

  constructor(chain: Chain<TStep, TResult>, index: number, step: TStep) {
    this.#chain = chain;
    this.#index = index;
    this.#step = step;
  }

  readonly next = (): Promise<TResult> => {
    if (this.#ended) {
      const late = misused(
        'JOBS_MIDDLEWARE_NEXT_LATE',
        this.#name,
        'before it ends, got a call after',
      );
      this.#chain.onLate(late);
      return rejected(late);
    }
    if (this.#started.length > 0 && !this.#chain.mayRepeat(this.#step)) {
      const calls = 'once, got another call';
      this.#misuse ??= misused('JOBS_MIDDLEWARE_NEXT_TWICE', this.#name, calls);
      return rejected(this.#misuse);
    }
    const answer = runFrom(this.#chain, this.#index + 1);
    this.#started.push(answer);
    this.#underWay += 1;
    const settled = (): void => {
      this.#underWay -= 1;
    };
    answer.then(settled, settled);
    return answer;
  };

  /** Ends a step that returned. */
  async end(result: TResult): Promise<TResult> {
    const forgot = this.#underWay > 0;
    await this.settled();
    if (this.#misuse !== undefined) throw this.#misuse;
    const { answersAlways = false } = this.#chain;
    const lacksAnswer = answersAlways && (result === undefined || result === null);
    if (!forgot && !lacksAnswer) return result;
    const inner = await Promise.all(this.#started);
    return lacksAnswer || result === undefined ? (inner.at(-1) as TResult) : result;
  }

  /** Waits for the started calls, and allows no more. */
  async settled(): Promise<void> {
    if (this.#underWay > 0) await Promise.allSettled(this.#started);
    this.#ended = true;
  }

  get #name(): string {
    return this.#chain.describe(this.#index);
  }
}

function misused(
  code: 'JOBS_MIDDLEWARE_NEXT_LATE' | 'JOBS_MIDDLEWARE_NEXT_TWICE',
  name: string,
  calls: string,
): JobsError {
  return new JobsError(
    code,
    `Expected ${name} to call \`next()\` ${calls}. Write \`return next()\` or \`await next()\`. ` +
      'To try again, let the attempt fail, or use `createRetryMiddleware`.',
  );
}

/** Returns a rejected promise that ends no process if the caller does not await it. */
function rejected(error: JobsError): Promise<never> {
  const answer = Promise.reject(error);
  answer.catch(() => undefined);
  return answer;
}
