import { checkOptions, invalidArgument } from '@philjs/jobs-core';
import { toString as sayCron } from 'cronstrue/dist/cronstrue-i18n.js';
import { checkCron } from '../options/check-cron.ts';
import { cronFields } from '../ticks/cron-fields.ts';

/** Says how to describe a pattern. */
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
 * Says a cron pattern in plain language, with times of 24 hours.
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
  try {
    return sayCron(forCronstrue(pattern), {
      locale: language,
      use24HourTimeFormat: true,
      logicalAndDayFields: pattern.includes('+'),
    });
  } catch {
    // It has no words for some rare patterns croner knows, such as `15W` in a list.
    return pattern;
  }
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

/** What a language without a region means, where its regions are told apart. */
const REGIONS = ['pt_BR', 'zh_CN'];

/** Writes what croner and cronstrue write differently: `?` for any, `FRI#L` for the last Friday, `+` for and. */
function forCronstrue(pattern: string): string {
  return cronFields(pattern)
    .map((field) => field.replaceAll('?', '*').replaceAll(/#L/gi, 'L').replace(/^\+/, ''))
    .join(' ');
}
