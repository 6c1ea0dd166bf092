const kept: object[] = [];

/**
 * Keeps an object for good, as a sample of a class whose instances live only as long as a run. V8 compiles code for the
 * layout of objects; once a full garbage collection finds no object of a layout, it drops the layout and all code
 * compiled for it. The first thousands of jobs after a worker was idle would then run uncompiled. The numbers in a sample
 * have to be of the kind that real ones have: whole ones below 2³¹, or others.
 */
export function keepLayout(sample: object): void {
  kept.push(sample);
}
