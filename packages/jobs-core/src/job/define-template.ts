import { isThenable } from '../check/is-thenable.ts';
import { checkJobSpec, checkTemplate, JOB_HOOKS } from './check-job-spec.ts';
import { declareFilled, type declareJob } from './declare-job.ts';
import { defineJob } from './define-job.ts';
import type { JobContext } from './job-context.ts';
import type { JobOptions, TemplateOptions } from './job-options.ts';
import { withoutUndefined } from './vary-definition.ts';

/** Makes definitions that share options; `defineTemplate` returns it. */
export interface JobTemplate {
  /** Defines a job as `defineJob` does, over the template's options. */
  readonly defineJob: typeof defineJob;
  /** Declares a job as `declareJob` does, over the template's options; so is what `.handle(…)` adds. */
  readonly declareJob: typeof declareJob;
}

/** The options of any job: hooks of a job take its own payload and result, those of a template any. */
type AnyOptions = JobOptions<never, never>;
type AnyHook = (...args: readonly unknown[]) => unknown;

/**
 * Makes a template: options that many jobs share. A job's own options win, and one that is `undefined` says nothing.
 * Middleware and hooks of both run: middleware as queue, template, job, outermost first; of each hook the template's,
 * then, once that has ended, the job's.
 *
 * A throw in the template's `onBefore` fails the attempt, and the job's `onBefore` does not run. After a throw in any
 * other hook of the template the job's runs all the same; of a pair the throws are one `error` event.
 *
 * @example
 * const patient = defineTemplate({ attempts: 10, backoff: { type: 'fixed', delay: 60_000 } });
 * const sendEmail = patient.defineJob({
 *   name: 'send-email',
 *   handler: async (payload: { to: string }) => ({ sent: payload.to }),
 * });
 *
 * @throws JobsError `JOBS_INVALID_ARGUMENT` naming the option, what was expected and what came
 */
export function defineTemplate(options: TemplateOptions): JobTemplate {
  checkTemplate(options);
  const shared = withoutUndefined(options);
  const fill = <TSpec extends object>(spec: TSpec): TSpec => {
    // Checked before it is joined: an error names the job's middleware by its own place in the job's list.
    checkJobSpec(spec as unknown as Parameters<typeof checkJobSpec>[0]);
    return fillIn(shared, spec);
  };
  return Object.freeze({
    defineJob: ((spec: Parameters<typeof defineJob>[0]) =>
      defineJob(fill(spec))) as typeof defineJob,
    declareJob: ((spec: object) => declareFilled(spec, fill)) as typeof declareJob,
  });
}

function fillIn<TSpec extends AnyOptions>(shared: AnyOptions, spec: TSpec): TSpec {
  const own = withoutUndefined(spec);
  const filled = { ...shared, ...own } as Record<string, unknown>;
  if (shared.middleware !== undefined && own.middleware !== undefined) {
    filled['middleware'] = [shared.middleware, own.middleware].flat();
  }
  for (const name of JOB_HOOKS) {
    const [first, second] = [shared[name], own[name]] as readonly (AnyHook | undefined)[];
    if (first === undefined || second === undefined) continue;
    filled[name] = name === 'onBefore' ? before(first, second) : after(name, first, second);
  }
  return filled as TSpec;
}

function before(first: AnyHook, second: AnyHook): AnyHook {
  return async (payload, ctx) => {
    await first(payload, ctx);
    // An attempt that timed out meanwhile runs no more of its job.
    (ctx as JobContext).signal.throwIfAborted();
    await second(payload, ctx);
  };
}

function after(name: string, first: AnyHook, second: AnyHook): AnyHook {
  return async (...args) => {
    const errors: unknown[] = [];
    for (const hook of [first, second]) {
      try {
        const answer = hook(...args);
        if (isThenable(answer)) await answer;
      } catch (error) {
        errors.push(error);
      }
    }
    if (errors.length === 1) throw errors[0];
    if (errors.length > 1) {
      throw new AggregateError(errors, `\`${name}\` of the template and of the job both threw`);
    }
  };
}
