import type { TimeZoneName } from './time-zone.ts';
import type { TimeZoneAlias } from './time-zone-alias.ts';

/** Shows a message in a type error; no value has this type. */
export interface Wrong<TMessage extends string> {
  /** The message. */
  readonly wrong: TMessage;
}

type Digit = '0' | '1' | '2' | '3' | '4' | '5' | '6' | '7' | '8' | '9';
type Sixty = Digit | `${'0' | '1' | '2' | '3' | '4' | '5'}${Digit}`;
type Hour = Digit | `${'0' | '1'}${Digit}` | `2${'0' | '1' | '2' | '3'}`;
type Day = Exclude<Digit, '0'> | `0${Exclude<Digit, '0'>}` | `${'1' | '2'}${Digit}` | '30' | '31';
type Month = Exclude<Digit, '0'> | `0${Exclude<Digit, '0'>}` | '10' | '11' | '12';
type DayOfWeek =
  | '0'
  | '1'
  | '2'
  | '3'
  | '4'
  | '5'
  | '6'
  | '7'
  | `0${'0' | '1' | '2' | '3' | '4' | '5' | '6' | '7'}`;

/** Lists the allowed values of each field of a pattern, and the names of the fields in messages. */
interface Fields {
  readonly second: [Sixty, 'from 0 to 59'];
  readonly minute: [Sixty, 'from 0 to 59'];
  readonly hour: [Hour, 'from 0 to 23'];
  readonly day: [Day, 'from 1 to 31'];
  readonly month: [Month, 'from 1 to 12'];
  readonly weekday: [DayOfWeek, 'from 0 to 7'];
}

type Split<
  TText extends string,
  TBy extends string,
> = TText extends `${infer THead}${TBy}${infer TTail}` ? [THead, ...Split<TTail, TBy>] : [TText];

/** The words of a text, separated by any white space. */
type Words<TText extends string> = TText extends `${infer THead} ${infer TTail}`
  ? THead extends ''
    ? Words<TTail>
    : [THead, ...Words<TTail>]
  : TText extends ''
    ? []
    : [TText];

/** The numbers of a part such as `1-5` or `0/15`, without the step. */
type Numbers<TPart extends string> = Split<Split<TPart, '/'>[0], '-'>[number];

/** The first number of a field that is out of its range. */
type OutOfRange<TText extends string, TAllowed extends string> = Extract<
  Exclude<Numbers<Split<TText, ','>[number]>, TAllowed>,
  `${number}`
>;

type CheckField<TText extends string, TField extends keyof Fields> = [
  OutOfRange<TText, Fields[TField][0]>,
] extends [never]
  ? unknown
  : Wrong<`The ${TField} ${OutOfRange<TText, Fields[TField][0]>} is not ${Fields[TField][1]}`>;

type CheckFive<
  TMinute extends string,
  THour extends string,
  TDay extends string,
  TMonth extends string,
  TWeekday extends string,
> = CheckField<TMinute, 'minute'> &
  CheckField<THour, 'hour'> &
  CheckField<TDay, 'day'> &
  CheckField<TMonth, 'month'> &
  CheckField<TWeekday, 'weekday'>;

type CheckWords<TWords extends readonly string[]> = TWords extends [
  infer A extends string,
  infer B extends string,
  infer C extends string,
  infer D extends string,
  infer E extends string,
]
  ? CheckFive<A, B, C, D, E>
  : TWords extends [
        infer S extends string,
        infer A extends string,
        infer B extends string,
        infer C extends string,
        infer D extends string,
        infer E extends string,
        string?,
      ]
    ? CheckField<S, 'second'> & CheckFive<A, B, C, D, E>
    : Wrong<`A cron pattern has 5 to 7 fields, and this one ${TWords['length']}`>;

/**
 * Checks a cron pattern that is a literal in code: `unknown` for a good one, for a nickname, and for a pattern known
 * only when the program runs; {@link Wrong} otherwise.
 */
export type CheckCron<TCron> = TCron extends readonly unknown[]
  ? { readonly [K in keyof TCron]: CheckCron<TCron[K]> }
  : TCron extends string
    ? string extends TCron
      ? unknown
      : TCron extends `${string}@${string}`
        ? unknown
        : CheckWords<Words<TCron>>
    : unknown;

/** Checks the name of a time zone that is a literal in code, as {@link CheckCron} does. */
export type CheckZone<TZone> = TZone extends string
  ? string extends TZone
    ? unknown
    : TZone extends TimeZoneName | TimeZoneAlias
      ? unknown
      : Wrong<`There is no time zone ${TZone}`>
  : unknown;

/** Has the compiler check the pattern and the zone of a schedule. */
export interface CheckedLiterals<TCron, TZone> {
  /** The pattern, or patterns. */
  readonly cron?: (TCron & CheckCron<TCron>) | undefined;
  /** The zone. */
  readonly timezone?: (TZone & CheckZone<TZone>) | undefined;
}
