export const handler = (): number => 1;
