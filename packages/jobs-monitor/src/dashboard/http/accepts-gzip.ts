/** Returns whether a client takes what gzip has compressed; `gzip;q=0` says that it does not. */
export function acceptsGzip({ headers }: Request): boolean {
  const accepted = (headers.get('accept-encoding') ?? '').toLowerCase().split(',');
  const weights = new Map(accepted.map((one) => weighted(one.split(';'))));
  return (weights.get('gzip') ?? weights.get('*') ?? 0) > 0;
}

function weighted([coding = '', ...parameters]: readonly string[]): readonly [string, number] {
  const weight = parameters.map((one) => one.trim()).find((one) => one.startsWith('q='));
  return [coding.trim(), weight === undefined ? 1 : Number(weight.slice(2)) || 0];
}
