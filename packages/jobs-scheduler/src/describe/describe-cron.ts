import { invalidArgument } from '@philjs/jobs-core/backend';
import { checkOptions } from '@philjs/jobs-core/internal';
import { toString as sayCron } from 'cronstrue/dist/cronstrue-i18n.js';
import { checkCron } from '../options/check-cron.ts';
import { cronFields } from '../ticks/cron-fields.ts';

/** Configures the description of a pattern. */
export interface DescribeOptions {
  /** The language, such as `de`, `fr` or `pt-BR`. @default 'en' */
  readonly locale?: string | undefined;
}

const LOCALES: ReadonlySet<string> = new Set(
  'af ar az be bg ca cs da de en es fa fi fr he hr hu id it ja ko my nb nl nn pl pt_BR pt_PT ro ru sk sl sr sv sw tg th tr uk vi zh_CN zh_TW'.split(
    ' ',
  ),
);

/**
 * Describes a cron pattern in plain language, with 24-hour times.
 *
 * @example
 * describeCron('30 9 * * 1-5')   // 'At 09:30, Monday through Friday'
 *
 * @throws JobsError `JOBS_INVALID_ARGUMENT` for a bad pattern or an unknown language
 */
export function describeCron(cron: string, options: DescribeOptions = {}): string {
  const pattern = checkCron('cron', cron);
  checkOptions('describe', options, ['locale']);
  const { locale = 'en' } = options;
  const language = checkLocale(locale);
  const fields = forCronstrue(pattern);
  if (isBeyondWords(fields)) return pattern;
  const say = (...given: string[]): string =>
    sayCron(given.join(' '), {
      locale: language,
      use24HourTimeFormat: true,
      logicalAndDayFields: pattern.includes('+'),
    });
  try {
    return meansOr(fields, pattern) ? sayOr(fields, language, say) : say(...fields);
  } catch {
    // cronstrue cannot describe some rare patterns that croner knows, such as `15W` in a list.
    return pattern;
  }
}

/** Returns whether cronstrue's words for a pattern are wrong: the last day in a list, or a numbered range of weekdays. */
function isBeyondWords(fields: readonly string[]): boolean {
  const [day, weekday] = daysOf(fields);
  return /L.*,|,.*L/i.test(day) || /-[^,]*#/.test(weekday);
}

/** Returns whether a pattern matches on some days of the month, and on some of the week as well. */
function meansOr(fields: readonly string[], pattern: string): boolean {
  const [day, weekday] = daysOf(fields);
  return day !== '*' && weekday !== '*' && !pattern.includes('+');
}

/** Returns the fields for the day of the month and the day of the week. */
function daysOf(fields: readonly string[]): readonly [string, string] {
  const first = fields.length === 5 ? 2 : 3;
  return [fields[first] ?? '*', fields[first + 2] ?? '*'];
}

/**
 * Describes a pattern that matches on either day. cronstrue puts the day of the week after the day of the month, after a
 * comma or an "and", which reads as if both had to match: this puts an "or" there.
 */
function sayOr(
  fields: readonly string[],
  language: string,
  say: (...given: string[]) => string,
): string {
  const first = fields.length === 5 ? 2 : 3;
  const without = (index: number): string[] =>
    fields.map((field, n) => (n === index ? '*' : field));
  const both = say(...fields);
  const byDay = say(...without(first + 2));
  const word = (type: 'conjunction' | 'disjunction'): string =>
    new Intl.ListFormat(language.replace('_', '-'), { type })
      .formatToParts(['a', 'b'])
      .filter((part) => part.type === 'literal')
      .map((part) => part.value.trim())
      .join('');
  let start = 0;
  while (start < byDay.length && byDay[start] === both[start]) start += 1;
  const rest = byDay.slice(start);
  if (!both.endsWith(rest)) return [byDay, say(...without(first))].join(` ${word('disjunction')} `);
  const added = both.slice(start, both.length - rest.length).replace(/^[\s,]+|[\s,]+$/g, '');
  const and = `${word('conjunction')} `;
  const weekday = added.startsWith(and) ? added.slice(and.length) : added;
  const head = byDay.slice(0, start).replace(/[\s,]+$/, '');
  const tail = rest === '' || /^[\s,]/.test(rest) ? rest : `, ${rest}`;
  return `${head} ${word('disjunction')} ${weekday}${tail}`;
}

function checkLocale(locale: unknown): string {
  if (typeof locale === 'string') {
    const name = locale.replace('-', '_');
    const [language = ''] = name.split('_');
    const found = [name, language, ...REGIONS].find(
      (candidate) => LOCALES.has(candidate) && candidate.startsWith(language),
    );
    if (found !== undefined && language !== '') return found;
  }
  throw invalidArgument('locale', 'a language such as `en`, `de` or `pt-BR`', locale);
}

/** The region used for a language given without one, where cronstrue has only regional variants. */
const REGIONS = ['pt_BR', 'zh_CN'];

/** Writes what croner and cronstrue write differently: `?` for any, `FRI#L` for the last Friday, `+` for and. */
function forCronstrue(pattern: string): readonly string[] {
  return cronFields(pattern).map((field) =>
    field.replaceAll('?', '*').replaceAll(/#L/gi, 'L').replace(/^\+/, ''),
  );
}
