import type { PageSource } from '../pages/page-source.ts';
import { NEEDED } from '../view/action-button.ts';
import { Progress } from './actions/action.ts';
import { ACTIONS, findAction } from './actions/action-table.ts';
import { type AuditedFields, Fields } from './actions/fields.ts';
import { maskedRefusal } from './actions/masked-refusal.ts';
import { type Audit, nameOf } from './audit.ts';
import type { ResolvedDashboardOptions } from './dashboard-options.ts';
import { errorAnswer, HttpError } from './http/http-error.ts';
import { readBody } from './http/read-body.ts';
import { requireSameOrigin } from './http/same-origin.ts';
import type { Visitor } from './visitor.ts';

/** The most ids of new jobs that the audit log lists for one action. */
const MAX_IDS = 20;

/**
 * Runs the action a request names, if its sender has the permission and it comes from the dashboard
 * itself. Records allowed and refused actions alike in the audit log.
 *
 * @throws HttpError 400, 403, 404, 413, 415; JobsError as the action
 */
export async function handleAction(
  name: string,
  request: Request,
  visitor: Visitor,
  source: PageSource,
  audit: Audit,
  options: ResolvedDashboardOptions,
): Promise<Response> {
  const action = findAction(name);
  if (action === undefined) throw new HttpError(404, 'There is no such action.');
  const user = nameOf(visitor.user);
  const who = { action, ...(user !== undefined && { user }) };
  let summary: AuditedFields = {};
  const progress = new Progress();
  try {
    visitor.require(NEEDED[action]);
    requireSameOrigin(request, options);
    const fields = new Fields(await readBody(request), ACTIONS[action].fields);
    summary = fields.summary(source.redactor.hides);
    const { changed, answer, newIds = [] } = await ACTIONS[action].run(source, fields, progress);
    const made = newIds.length > 0 ? { newIds: newIds.slice(0, MAX_IDS) } : {};
    if (!fields.flag('dryRun'))
      audit.record({ ...who, ...summary, ...made, changed, outcome: 'done' });
    const { requested } = progress;
    return Response.json({
      changed,
      ...(requested > 0 && { requested }),
      ...(answer as object | undefined),
    });
  } catch (error) {
    const { code, status } = errorAnswer(error);
    audit.record({
      ...who,
      ...summary,
      ...(progress.newIds.length > 0 && { newIds: progress.newIds.slice(0, MAX_IDS) }),
      changed: progress.changed,
      outcome: code === 'HTTP' ? String(status) : code,
    });
    throw await maskedRefusal(error, action, source, summary);
  }
}
