/** The fields of a job's hash that say how it ended, as arguments of `HDEL`: without them it is as before its first attempt. */
export const RESET_FIELDS: string = [
  'finishedOn',
  'failedReason',
  'stacktrace',
  'returnvalue',
  'defa',
  'atm',
  'attemptsMade',
  'stc',
  'pj:error',
  'pj:failures',
  'pj:unused',
  'pj:cancel',
  'pj:snooze',
]
  .map((field) => `'${field}'`)
  .join(', ');
