/** Ends the command line with exit code 1, after the command itself has reported the reason. */
export class ReportedError extends Error {}
