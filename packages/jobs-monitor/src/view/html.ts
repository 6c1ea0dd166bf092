import htm from 'htm';
import { Fragment, h, type VNode } from 'preact';

/** What can stand between two tags. Text is always a text node: nothing is ever parsed as HTML. */
export type Content = VNode | string | number | undefined | null | false | readonly Content[];

type Template = (strings: TemplateStringsArray, ...values: unknown[]) => VNode;

const parse = (htm as unknown as { bind(create: typeof h): Template }).bind(h);

/** Makes what is to be shown from a template that reads like HTML; one element at its root. */
export const html: Template = parse;

/** Puts several things side by side. */
export function group(...content: readonly Content[]): VNode {
  return h(Fragment, null, content as VNode[]);
}
