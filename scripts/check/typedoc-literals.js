import { Logger } from 'typedoc';

/** What TypeDoc calls a member of an object type that has no name of its own: `Outcome.__type.runAt`. */
const memberOfLiteral = /\.__type\.\S+ \(\w+\).* does not have any documentation/;

/**
 * Leaves the members of object types without a name to the doc comment of the type, property or method they
 * stand in, as TypeDoc itself does for those of parameters. Interfaces and classes document each member.
 */
export function load() {
  const warn = Logger.prototype.validationWarning;
  /**
   * @this {Logger}
   * @param {[text: string, ...where: unknown[]]} warning
   */
  Logger.prototype.validationWarning = function (...warning) {
    if (!memberOfLiteral.test(warning[0])) Reflect.apply(warn, this, warning);
  };
}
