import type { VNode } from 'preact';
import { type Content, html } from './html.ts';

/** Describes a column. */
export interface Column<TRow> {
  /** Its heading, in words. */
  readonly label: string;
  /** The content drawn as its heading instead, such as a link. */
  readonly heading?: Content;
  /** Returns the content of its cell for a row. */
  readonly cell: (row: TRow) => Content;
  /** Whether it holds numbers, which are aligned to the right. */
  readonly numeric?: boolean;
  /** Whether the heading is for screen readers only. */
  readonly quiet?: boolean;
  /** A class of its cells. */
  readonly kind?: string;
}

/** Describes a table. */
export interface TableParams<TRow> {
  /** The caption, for screen readers. */
  readonly caption: string;
  readonly columns: readonly Column<TRow>[];
  readonly rows: readonly TRow[];
  /** Identifies a row from one update to the next. */
  readonly key: (row: TRow) => string;
  /** The content shown instead when there are no rows. */
  readonly empty: Content;
}

/**
 * Draws a table whose rows become cards on a narrow screen. The explicit roles keep it a table for screen
 * readers there too, since the layout of cards would remove the implicit ones.
 */
export function table<TRow>({ caption, columns, rows, key, empty }: TableParams<TRow>): VNode {
  if (rows.length === 0) return html`<p class="empty">${empty}</p>`;
  return html`<table role="table">
    <caption class="quiet">${caption}</caption>
    <thead role="rowgroup"><tr role="row">${columns.map(heading)}</tr></thead>
    <tbody role="rowgroup">${rows.map(
      (row) =>
        html`<tr role="row" key=${key(row)}>${columns.map((column) => cell(column, row))}</tr>`,
    )}</tbody>
  </table>`;
}

function heading<TRow>({
  label,
  heading: drawn = label,
  numeric,
  quiet,
  kind = '',
}: Column<TRow>): VNode {
  const text = quiet ? html`<span class="quiet">${label}</span>` : drawn;
  return html`<th role="columnheader" scope="col" class=${`${numeric ? 'num ' : ''}${kind}`.trim()}>${text}</th>`;
}

function cell<TRow>(
  { label, numeric, quiet, kind = '', cell: show }: Column<TRow>,
  row: TRow,
): VNode {
  const classes = `${numeric ? 'num ' : ''}${kind}`.trim();
  return html`<td role="cell" class=${classes} data-label=${quiet ? '' : label}>${show(row)}</td>`;
}
