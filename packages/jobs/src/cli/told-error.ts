/** Ends the command line with exit code 1 after the command has told why itself. */
export class ToldError extends Error {}
