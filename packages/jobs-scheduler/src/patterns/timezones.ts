/** Names common time zones; every other zone of the runtime may be given by name. */
export const Timezones: {
  readonly UTC: 'UTC';
  readonly NEW_YORK: 'America/New_York';
  readonly CHICAGO: 'America/Chicago';
  readonly DENVER: 'America/Denver';
  readonly LOS_ANGELES: 'America/Los_Angeles';
  readonly TORONTO: 'America/Toronto';
  readonly SAO_PAULO: 'America/Sao_Paulo';
  readonly LONDON: 'Europe/London';
  readonly PARIS: 'Europe/Paris';
  readonly BERLIN: 'Europe/Berlin';
  readonly MADRID: 'Europe/Madrid';
  readonly STOCKHOLM: 'Europe/Stockholm';
  readonly ISTANBUL: 'Europe/Istanbul';
  readonly JOHANNESBURG: 'Africa/Johannesburg';
  readonly DUBAI: 'Asia/Dubai';
  readonly TOKYO: 'Asia/Tokyo';
  readonly SEOUL: 'Asia/Seoul';
  readonly SHANGHAI: 'Asia/Shanghai';
  readonly HONG_KONG: 'Asia/Hong_Kong';
  readonly SINGAPORE: 'Asia/Singapore';
  readonly SYDNEY: 'Australia/Sydney';
  readonly MELBOURNE: 'Australia/Melbourne';
  readonly AUCKLAND: 'Pacific/Auckland';
} = Object.freeze({
  UTC: 'UTC',
  NEW_YORK: 'America/New_York',
  CHICAGO: 'America/Chicago',
  DENVER: 'America/Denver',
  LOS_ANGELES: 'America/Los_Angeles',
  TORONTO: 'America/Toronto',
  SAO_PAULO: 'America/Sao_Paulo',
  LONDON: 'Europe/London',
  PARIS: 'Europe/Paris',
  BERLIN: 'Europe/Berlin',
  MADRID: 'Europe/Madrid',
  STOCKHOLM: 'Europe/Stockholm',
  ISTANBUL: 'Europe/Istanbul',
  JOHANNESBURG: 'Africa/Johannesburg',
  DUBAI: 'Asia/Dubai',
  TOKYO: 'Asia/Tokyo',
  SEOUL: 'Asia/Seoul',
  SHANGHAI: 'Asia/Shanghai',
  HONG_KONG: 'Asia/Hong_Kong',
  SINGAPORE: 'Asia/Singapore',
  SYDNEY: 'Australia/Sydney',
  MELBOURNE: 'Australia/Melbourne',
  AUCKLAND: 'Pacific/Auckland',
});
