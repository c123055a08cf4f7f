/** Goal: an order over a limit waits for a second person: who may say what until when, and what comes of it. */
import { explain } from '../../../src/domain/explain';
import { orderIdOf } from '../../../src/domain/ids';
import { dec } from '../../../src/domain/money';
import type { Order } from '../../../src/domain/order';
import { decide, decideNext, decideTrigger } from '../../../src/domain/order-decisions';
import type { OrderEventDraft } from '../../../src/domain/order-events';
import { applyEvent, createOrder } from '../../../src/domain/order-fold';
import { decideDeadline, decideOverride } from '../../../src/domain/order-overrides';
import type { OverrideCommand } from '../../../src/domain/order-overrides';
import { wantedWork } from '../../../src/domain/order-work';
import type { WorkFacts } from '../../../src/domain/order-work';
import { accepted, created, fold, request, STAMP } from './order-fixtures';

const APPROVE_BY_MS = Date.parse('2026-11-21T12:00:00Z');
const BEFORE_MS = APPROVE_BY_MS - 1;
const tooLarge = { code: 'MAX_ORDER_VALUE', field: 'quantity', value: '100', rule: 'Worth at most 900 USD, not 1000.' };
const tooFast = { code: 'ORDER_RATE', field: 'account', value: '3', rule: 'At most 2 orders in 1000 ms.' };
const asked: OrderEventDraft = {
  ...{ type: 'OrderHeld', why: 'APPROVAL', approveByMs: APPROVE_BY_MS },
  reasons: [tooLarge, tooFast],
};

const submittedBy = (name: string | undefined): Order =>
  createOrder(orderIdOf('alpha', 'c1'), request(), STAMP, undefined, name).order;
const waiting = (): Order => fold(submittedBy('jo'), asked);
const unsigned = (): Order => fold(submittedBy(undefined), asked);
const word = (change: Partial<OverrideCommand> = {}): OverrideCommand => ({
  ...{ kind: 'approve', commandId: 'k', by: 'kim', reason: 'a hedge of yesterday' },
  ...change,
});
const facts: WorkFacts = {
  ...{ inFlight: new Set(), notBefore: {}, cancelDelivered: false, cancelWaitsForSubmission: false },
  ...{ askFromMs: 0, sessionsAhead: Infinity, wallMs: 0 },
};
const workOf = (order: Order): readonly string[] => wantedWork(order, facts).map(({ work }) => work);

test('it is held and says who may do what until when', () => {
  expect(waiting()).toMatchObject({
    ...{ status: 'HELD', held: 'APPROVAL', submittedBy: 'jo', submission: 'NONE', leavesQuantity: '100' },
    override: { reasons: [tooLarge, tooFast], approveByMs: APPROVE_BY_MS },
    why:
      'waits for approval: quantity 100: Worth at most 900 USD, not 1000; account 3: At most 2 orders in 1000 ms; ' +
      'a person other than jo may approve it until 2026-11-21 12:00:00 UTC, else it is denied',
  });
  expect(unsigned()).not.toHaveProperty('submittedBy');
  expect(unsigned().why).toContain('a second person may approve it');
});

test('while it waits nothing is checked or sent, and what waits cannot be changed', () => {
  expect(workOf(waiting())).toEqual([]);
  const change = { quantity: dec('50') };
  expect(decide(waiting(), { kind: 'modify', commandId: 'm', change })).toMatchObject({
    refusal: { code: 'AWAITS_APPROVAL' },
  });
  const queued = fold(submittedBy('jo'), { type: 'ReplaceQueued', commandId: 'm', change }, asked);
  expect(decideNext(queued)).toMatchObject({ draft: { type: 'CommandRefused', code: 'AWAITS_APPROVAL' } });
  expect(decideTrigger(waiting(), '11', false)).toEqual([]);
});

test('an approval by another person waives exactly what that person saw, and everything is checked again', () => {
  const decision = decideOverride(waiting(), word(), BEFORE_MS);
  const waived = ['MAX_ORDER_VALUE', 'ORDER_RATE'];
  const approval = { commandId: 'k', by: 'kim', reason: 'a hedge of yesterday', waived };
  expect(decision).toEqual({ kind: 'events', events: [{ type: 'OverrideApproved', ...approval }] });
  const approved = fold(waiting(), { type: 'OverrideApproved', ...approval });
  expect(approved).toMatchObject({ status: 'CREATED', override: { approval, reasons: [tooLarge, tooFast] } });
  expect(approved).not.toHaveProperty('held');
  expect(approved.why).toBe('kim waived MAX_ORDER_VALUE, ORDER_RATE: a hedge of yesterday; all other checks run again');
  expect(workOf(approved)).toEqual(['preTrade']);
  expect(decideOverride(approved, word({ by: 'lee' }), BEFORE_MS)).toMatchObject({ refusal: { code: 'NOT_WAITING' } });
  expect(decideDeadline(approved, APPROVE_BY_MS)).toEqual([]);
});

test.each<[string, Order, Partial<OverrideCommand>, number, string, RegExp]>([
  ['the same person', waiting(), { by: 'jo' }, BEFORE_MS, 'SAME_PERSON', /jo asked for the order, it takes a second/],
  ['the same person in capitals', waiting(), { by: 'JO' }, BEFORE_MS, 'SAME_PERSON', /second person/],
  ['nobody', waiting(), { by: '' }, BEFORE_MS, 'ACTOR_MISSING', /actor's name/],
  ['no name', waiting(), { by: 'kim & co' }, BEFORE_MS, 'ACTOR_MISSING', /1 to 64/],
  ['without a reason', waiting(), { reason: ' ' }, BEFORE_MS, 'REASON_MISSING', /it takes a reason/],
  ['too late', waiting(), {}, APPROVE_BY_MS, 'TOO_LATE', /ended 2026-11-21 12:00:00 UTC/],
  ['too late to reject', waiting(), { kind: 'reject' }, APPROVE_BY_MS, 'TOO_LATE', /^reject refused/],
  ['not asked for', created(), {}, BEFORE_MS, 'NOT_WAITING', /it is CREATED/],
  ['an order that works', accepted(), {}, BEFORE_MS, 'NOT_WAITING', /it is ACCEPTED/],
  ['a stop', fold(created(), { type: 'OrderHeld', why: 'TRIGGER' }), {}, BEFORE_MS, 'NOT_WAITING', /it is HELD/],
  [
    'over',
    fold(waiting(), { type: 'OrderCanceled', reason: 'enough' }),
    ...([{}, BEFORE_MS, 'ORDER_CLOSED', /is CANCELED/] as const),
  ],
])('an approval is refused: %s', (_name, order, change, wallMs, code, text) => {
  expect(decideOverride(order, word(change), wallMs)).toEqual({
    kind: 'refused',
    refusal: { code, text: expect.stringMatching(text) as string },
  });
});

test('who does not know its submitter takes any named person', () => {
  expect(decideOverride(unsigned(), word({ by: 'jo' }), BEFORE_MS)).toMatchObject({ kind: 'events' });
});

test.each(['kim', 'jo'])('a rejection by %s denies for the first reasons and the word', (by) => {
  const decision = decideOverride(waiting(), word({ kind: 'reject', by, reason: 'too large today' }), BEFORE_MS);
  const reasons = [
    ...[tooLarge, tooFast],
    { code: 'APPROVAL_REFUSED', field: 'approval', value: by, rule: 'Not let pass: too large today' },
  ];
  expect(decision).toEqual({ kind: 'events', events: [{ type: 'OrderDenied', reasons }] });
  expect(fold(waiting(), { type: 'OrderDenied', reasons })).toMatchObject({ status: 'DENIED', reasons });
});

test('it is denied for the first reasons when its time has passed, not before', () => {
  expect(decideDeadline(waiting(), BEFORE_MS)).toEqual([]);
  const rule = 'Nobody approved the order until 2026-11-21 12:00:00 UTC.';
  expect(decideDeadline(waiting(), APPROVE_BY_MS)).toEqual([
    {
      type: 'OrderDenied',
      reasons: [tooLarge, tooFast, { code: 'APPROVAL_MISSING', field: 'approval', value: '', rule }],
    },
  ]);
});

test('each step is told in a sentence', () => {
  const route = { policy: 'VENUE', venue: 'SIMX', why: 'named', candidates: [] } as const;
  const told: string[] = [];
  const drafts: readonly OrderEventDraft[] = [
    asked,
    { type: 'OverrideApproved', commandId: 'k', by: 'kim', reason: 'a hedge', waived: ['ORDER_RATE'] },
    { type: 'OrderApproved', route, clientOrderIdBase: 'B', venueAccount: 'HOUSE', waived: [tooFast] },
    ...(['approve', 'cancel'] as const).map((word): OrderEventDraft => {
      const text = `${word} refused: the order is late`;
      return { type: 'CommandRefused', commandId: word, command: `${word}Order`, code: 'LATE', text };
    }),
  ];
  drafts.reduce((order, draft) => {
    const applied = applyEvent(order, draft, STAMP);
    if (applied.kind === 'refused') throw new Error(applied.refusal.text);
    told.push(explain(applied.event));
    return applied.order;
  }, submittedBy('jo'));
  expect(told).toEqual([
    expect.stringMatching(/^waits for approval: .* may approve it until 2026-11-21 12:00:00 UTC/),
    'kim waived ORDER_RATE: a hedge',
    'passed risk but ORDER_RATE, which was waived, routed to SIMX: named',
    'approve refused: the order is late',
    'cancel refused: the order is late',
  ]);
});
