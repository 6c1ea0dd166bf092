import luaparse, { type Expression, type Node, type Statement } from 'luaparse';

/** Counts what Lua 5.1 limits in a function: to 200 and to 60. */
export interface LuaFigures {
  /** The most local variables that one function has at a time. */
  readonly locals: number;
  /** The most variables of functions around it that one function uses, itself or within functions of its own. */
  readonly upvalues: number;
}

/** A loop has three variables besides those it names. */
const HIDDEN = 3;

interface LuaFunction {
  active: number;
  readonly used: Set<string>;
  readonly around: LuaFunction | undefined;
}

interface LuaBlock {
  readonly number: number;
  readonly owner: LuaFunction;
  readonly names: Set<string>;
  readonly around: LuaBlock | undefined;
}

/** Counts what the functions of a chunk have of what Lua limits. */
export function luaFigures(source: string): LuaFigures {
  const reader = new LuaReader();
  reader.readFunction([], luaparse.parse(source, { luaVersion: '5.1' }).body);
  return { locals: reader.locals, upvalues: reader.upvalues };
}

class LuaReader {
  locals = 0;
  upvalues = 0;
  #blocks = 0;
  #function: LuaFunction | undefined;
  #block: LuaBlock | undefined;

  readFunction(names: readonly string[], body: readonly Statement[]): void {
    const own: LuaFunction = { active: 0, used: new Set(), around: this.#function };
    this.#function = own;
    this.#readBlock(body, 0, names);
    this.upvalues = Math.max(this.upvalues, own.used.size);
    this.#function = own.around;
  }

  #readBlock(body: readonly Node[], hidden: number, names: readonly string[]): void {
    const owner = this.#function as LuaFunction;
    const { active } = owner;
    this.#blocks += 1;
    this.#block = { number: this.#blocks, owner, names: new Set(), around: this.#block };
    owner.active += hidden;
    this.#declare(names);
    for (const node of body) this.#read(node);
    this.#block = this.#block.around;
    owner.active = active;
  }

  #declare(names: readonly string[]): void {
    const owner = this.#function as LuaFunction;
    for (const name of names) this.#block?.names.add(name);
    owner.active += names.length;
    this.locals = Math.max(this.locals, owner.active);
  }

  #use(name: string): void {
    let block = this.#block;
    while (block !== undefined && !block.names.has(name)) block = block.around;
    if (block === undefined) return;
    for (let each = this.#function; each !== block.owner; each = each?.around) {
      each?.used.add(`${block.number} ${name}`);
    }
  }

  #read(node: Node): void {
    switch (node.type) {
      case 'Identifier':
        this.#use(node.name);
        break;
      case 'LocalStatement':
        this.#readAll(node.init);
        this.#declare(node.variables.map(({ name }) => name));
        break;
      case 'FunctionDeclaration': {
        const { identifier } = node;
        if (node.isLocal && identifier?.type === 'Identifier') this.#declare([identifier.name]);
        else if (identifier) this.#read(identifier);
        this.readFunction(namesOf(node.parameters), node.body);
        break;
      }
      case 'ForNumericStatement':
        this.#readAll([node.start, node.end, ...(node.step ? [node.step] : [])]);
        this.#readBlock(node.body, HIDDEN, [node.variable.name]);
        break;
      case 'ForGenericStatement':
        this.#readAll(node.iterators);
        this.#readBlock(node.body, HIDDEN, namesOf(node.variables));
        break;
      case 'RepeatStatement':
        this.#readBlock([...node.body, node.condition], 0, []);
        break;
      case 'MemberExpression':
        this.#read(node.base);
        break;
      case 'TableKeyString':
        this.#read(node.value);
        break;
      default:
        this.#readOther(node);
        break;
    }
  }

  /** Reads a node of which nothing but its parts matters; `body` is a block of its own. */
  #readOther(node: Node): void {
    for (const [name, part] of Object.entries(node)) {
      if (name === 'body') this.#readBlock(part as Statement[], 0, []);
      else if (Array.isArray(part)) this.#readAll(part);
      else if (typeof part === 'object' && part !== null && 'type' in part) this.#read(part);
    }
  }

  #readAll(nodes: readonly Node[]): void {
    for (const node of nodes) this.#read(node);
  }
}

function namesOf(nodes: readonly (Expression | Node)[]): readonly string[] {
  return nodes.flatMap((node) => (node.type === 'Identifier' ? [node.name] : []));
}
