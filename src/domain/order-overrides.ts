/** A denied order that a second person may let pass: what is decided about it, in plain words. Synchronous and pure. */
import { ID_PART, ID_PART_RULE } from './ids';
import { awaitsApproval, isTerminal } from './order';
import type { Order, Override } from './order';
import type { CommandRefusal, Decision } from './order-decisions';
import type { OrderEventDraft } from './order-events';
import type { Violation } from './order-request';
import { violation } from './violations';

/** The step of the second decision on a new order, after its approval; 0 and up are the first one and the replaces'. */
export const APPROVED_STEP = -1;

/** A person's word on an order that waits for approval. */
export interface OverrideCommand {
  readonly kind: 'approve' | 'reject';
  readonly commandId: string;
  /** Who says so, an alias; empty when nobody was named. */
  readonly by: string;
  readonly reason: string;
}

/** The decision on an approval or a rejection; an approval sends the order back into the checks. */
export function decideOverride(order: Order, command: OverrideCommand, wallMs: number): Decision {
  const refusal = refusalOf(order, command, wallMs);
  if (refusal !== undefined) return { kind: 'refused', refusal };
  const { kind, commandId, by, reason } = command;
  const { reasons } = order.override ?? { reasons: [] };
  if (kind === 'reject') {
    const word = violation('APPROVAL_REFUSED', 'approval', by, `Not let pass: ${reason}`);
    return { kind: 'events', events: [{ type: 'OrderDenied', reasons: [...reasons, word] }] };
  }
  const waived = [...new Set(reasons.map(({ code }) => code))];
  return { kind: 'events', events: [{ type: 'OverrideApproved', commandId, by, reason, waived }] };
}

/** What becomes of an order that waits: denied, once nobody has approved it in time. */
export function decideDeadline(order: Order, wallMs: number): readonly OrderEventDraft[] {
  const { override } = order;
  if (!awaitsApproval(order) || override === undefined || wallMs < override.approveByMs) return [];
  const rule = `Nobody approved the order until ${timeOf(override.approveByMs)}.`;
  const missing: Violation = { code: 'APPROVAL_MISSING', field: 'approval', value: '', rule };
  return [{ type: 'OrderDenied', reasons: [...override.reasons, missing] }];
}

/** Who may do what until when, as a sentence. */
export function approvalWanted({ reasons, approveByMs }: Override, submittedBy: string | undefined): string {
  const broken = reasons.map(
    ({ field, value, rule }) => `${[field, value].filter(Boolean).join(' ')}: ${rule.replace(/\.$/, '')}`,
  );
  const who = submittedBy === undefined ? 'a second person' : `a person other than ${submittedBy}`;
  return `waits for approval: ${broken.join('; ')}; ${who} may approve it until ${timeOf(approveByMs)}, else it is denied`;
}

function refusalOf(order: Order, { kind, by, reason }: OverrideCommand, wallMs: number): CommandRefusal | undefined {
  const refused = (code: CommandRefusal['code'], why: string) => ({ code, text: `${kind} refused: ${why}` });
  if (isTerminal(order.status)) return refused('ORDER_CLOSED', `the order is ${order.status}`);
  const { override } = order;
  if (!awaitsApproval(order) || override === undefined)
    return refused('NOT_WAITING', `the order waits for no approval, it is ${order.status}`);
  if (wallMs >= override.approveByMs)
    return refused('TOO_LATE', `the time for it ended ${timeOf(override.approveByMs)}`);
  if (!ID_PART.test(by)) return refused('ACTOR_MISSING', `it takes the actor's name, ${ID_PART_RULE}`);
  if (reason.trim() === '') return refused('REASON_MISSING', 'it takes a reason');
  // Who asked for an order may withdraw it, and never let it pass.
  if (kind === 'approve' && isSamePerson(by, order.submittedBy))
    return refused('SAME_PERSON', `${by} asked for the order, it takes a second person`);
  return undefined;
}

const isSamePerson = (name: string, other: string | undefined): boolean => name.toLowerCase() === other?.toLowerCase();
const timeOf = (ms: number): string =>
  new Date(ms)
    .toISOString()
    .replace('T', ' ')
    .replace(/\.\d+Z$/, ' UTC');
