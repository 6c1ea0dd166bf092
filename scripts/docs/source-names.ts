import { readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import ts from 'typescript';
import { listFiles } from '../check/list-files.ts';
import { root } from '../setup/workspace.js';
import { workspacePackages } from '../setup/workspace-packages.js';

/** A name in the sources, and what its doc comment says. */
export interface DocumentedName {
  readonly name: string;
  readonly text: string;
  /** The text of its `@default`. */
  readonly standard?: string;
}

/** The sources of the published packages, parsed. */
const sources: readonly ts.SourceFile[] = workspacePackages('packages')
  .filter(({ manifest }) => manifest.private !== true)
  .flatMap(({ folder }) => listFiles(join(folder, 'src'), /\.ts$/))
  .filter((file) => !/\.test(-d)?\.ts$/.test(file))
  .map((file) =>
    ts.createSourceFile(
      relative(root, file),
      readFileSync(file, 'utf8'),
      ts.ScriptTarget.Latest,
      true,
    ),
  );

/** Lists the properties of an interface, its own first, then those it inherits; each name once. */
export function propertiesOf(name: string, file?: string): readonly DocumentedName[] {
  const declaration = interfaceOf(name, file);
  const own = declaration.members
    .filter((member) => ts.isPropertySignature(member))
    .map((member) => documented(member.name.getText().replace(/^'|'$/g, ''), member));
  const inherited = (declaration.heritageClauses ?? [])
    .flatMap(({ types }) => [...types])
    .filter(({ expression }) => ts.isIdentifier(expression) && isInterface(expression.text))
    .flatMap(({ expression }) => propertiesOf(expression.getText()));
  const known = new Set(own.map((property) => property.name));
  return [...own, ...inherited.filter((property) => !known.has(property.name))];
}

/** Lists the texts of an array that a module exports. */
export function itemsOf(name: string): readonly DocumentedName[] {
  const [list] = sources
    .flatMap(({ statements }) => [...statements])
    .filter((statement) => ts.isVariableStatement(statement))
    .flatMap(({ declarationList }) => [...declarationList.declarations])
    .filter((declaration) => declaration.name.getText() === name)
    .map(({ initializer }) => arrayIn(initializer))
    .filter((array) => array !== undefined);
  if (list === undefined) throw new Error(`No source has an array \`${name}\``);
  return list.elements
    .filter((element) => ts.isStringLiteral(element))
    .map((element) => documented(element.text, element));
}

/** Finds the array of `[…]` or `[…] as const`. */
function arrayIn(node: ts.Expression | undefined): ts.ArrayLiteralExpression | undefined {
  const inner = node !== undefined && ts.isAsExpression(node) ? node.expression : node;
  return inner !== undefined && ts.isArrayLiteralExpression(inner) ? inner : undefined;
}

/** Lists the variables that the packages read from the environment, and where. */
export function environmentVariables(): ReadonlyMap<string, readonly string[]> {
  const found = new Map<string, Set<string>>();
  for (const source of sources) {
    const [, folder = ''] = source.fileName.split('/');
    const visit = (node: ts.Node): void => {
      for (const name of variablesIn(node)) {
        found.set(name, (found.get(name) ?? new Set()).add(`@philjs/${folder}`));
      }
      ts.forEachChild(node, visit);
    };
    visit(source);
  }
  return new Map([...found].sort().map(([name, where]) => [name, [...where].sort()]));
}

function variablesIn(node: ts.Node): readonly string[] {
  if (ts.isElementAccessExpression(node) && isEnvironment(node.expression)) {
    return ts.isStringLiteral(node.argumentExpression) ? [node.argumentExpression.text] : [];
  }
  if (ts.isPropertyAccessExpression(node) && isEnvironment(node.expression)) {
    return /^[A-Z][A-Z0-9_]+$/.test(node.name.text) ? [node.name.text] : [];
  }
  if (!ts.isVariableDeclaration(node) || node.initializer === undefined) return [];
  if (!isEnvironment(node.initializer) || !ts.isObjectBindingPattern(node.name)) return [];
  return node.name.elements.map((element) => (element.propertyName ?? element.name).getText());
}

function isEnvironment(node: ts.Node): boolean {
  return /(^|\.)env$/.test(node.getText());
}

function isInterface(name: string): boolean {
  return sources.some((source) => source.statements.some((one) => isDeclarationOf(one, name)));
}

function interfaceOf(name: string, file = ''): ts.InterfaceDeclaration {
  for (const source of sources) {
    if (!source.fileName.includes(file)) continue;
    for (const statement of source.statements) {
      if (isDeclarationOf(statement, name)) return statement;
    }
  }
  throw new Error(`No source has an interface \`${name}\``);
}

function isDeclarationOf(node: ts.Node, name: string): node is ts.InterfaceDeclaration {
  return ts.isInterfaceDeclaration(node) && node.name.text === name;
}

/** Reads the doc comment that stands before a node, also before an element of an array, which has none of its own. */
function documented(name: string, node: ts.Node): DocumentedName {
  const text = node.getSourceFile().text;
  const comments = ts.getLeadingCommentRanges(text, node.getFullStart()) ?? [];
  const last = comments.map(({ pos, end }) => text.slice(pos, end)).at(-1) ?? '';
  const whole = last
    .replace(/^\/\*\*|\*\/$/g, '')
    .replace(/^\s*\* ?/gm, '')
    .replace(/\{@link ([^}]+)\}/g, '`$1`')
    .replace(/\s+/g, ' ')
    .trim();
  const [description = '', rest] = whole.split(/ ?@default /);
  const [said = ''] = description.split(/ ?@(?:throws|example|see)/);
  return { name, text: said.trim(), ...(rest !== undefined && { standard: rest.trim() }) };
}
