import htm from 'htm';
import { Fragment, h, type VNode } from 'preact';

/** Describes the content between two tags. Text always becomes a text node and is never parsed as HTML. */
export type Content = VNode | string | number | undefined | null | false | readonly Content[];

type Template = (strings: TemplateStringsArray, ...values: unknown[]) => VNode;

const parse = (htm as unknown as { bind(create: typeof h): Template }).bind(h);

/** Makes an element from a template that reads like HTML, with one element at its root. */
export const html: Template = parse;

/** Groups several elements side by side. */
export function group(...content: readonly Content[]): VNode {
  return h(Fragment, null, content as VNode[]);
}
