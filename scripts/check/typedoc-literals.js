import { Logger } from 'typedoc';

/** What TypeDoc calls a member of an object type that has no name of its own: `Outcome.__type.runAt`. */
const memberOfLiteral = /\.__type\.\S+ \(\w+\).* does not have any documentation/;

/**
 * Leaves the members of object types without a name to the doc comment of the type, property or method they
 * stand in, as TypeDoc itself does for those of parameters. Interfaces and classes document each member.
 *
 * @param {import('typedoc').Application} _app
 */
export function load(_app) {
  const { validationWarning } = Logger.prototype;
  Logger.prototype.validationWarning = function (message, ...rest) {
    if (!memberOfLiteral.test(message)) validationWarning.call(this, message, ...rest);
  };
}
