import { add, lessThan, ZERO } from '../../src/domain/money';
import type { Order } from '../../src/domain/order';
import type { OrderEvent } from '../../src/domain/order-events';
import type { ExecutionRow } from '../../src/ports/stores';

/** An order with everything that happened to it. */
export interface Told {
  readonly order: Order;
  readonly events: readonly OrderEvent[];
}

const happened = ({ events }: Told, type: OrderEvent['type'], by = ''): boolean =>
  events.some((event) => event.type === type && (!('commandId' in event) || event.commandId.startsWith(by)));
const isHeld = (told: Told): boolean => happened(told, 'OrderHeld');

/** Everything that can happen to an order, by the words in which people ask for it. */
const KINDS: Readonly<Record<string, (told: Told) => boolean>> = {
  'limit order': ({ order }) => order.request.type === 'LIMIT',
  'market order': ({ order }) => order.request.type === 'MARKET',
  'stop triggered by the venue': (told) =>
    told.order.request.type === 'STOP' && !isHeld(told) && happened(told, 'OrderTriggered'),
  'stop held here and triggered': (told) =>
    told.order.request.type === 'STOP' && isHeld(told) && happened(told, 'OrderTriggered'),
  'stop-limit triggered': (told) => told.order.request.type === 'STOP_LIMIT' && happened(told, 'OrderTriggered'),
  'modify by update': (told) => happened(told, 'ReplaceRequested', 'update-') && happened(told, 'OrderReplaced'),
  'modify by signal': (told) =>
    (happened(told, 'ReplaceRequested', 'signal-') || happened(told, 'ReplaceQueued', 'signal-')) &&
    happened(told, 'OrderReplaced'),
  'cancel by update': (told) => happened(told, 'CancelRequested', 'update-') && happened(told, 'OrderCanceled'),
  'cancel by signal': (told) => happened(told, 'CancelRequested', 'signal-') && happened(told, 'OrderCanceled'),
  'denied by risk': ({ order }) => order.status === 'DENIED',
  'rejected by the venue': ({ order }) => order.status === 'REJECTED',
  'filled in parts': isFilledInParts,
  'DAY order expired': ({ order }) => order.status === 'EXPIRED' && order.request.timeInForce === 'DAY',
  'GTD order expired': ({ order }) => order.status === 'EXPIRED' && order.request.timeInForce === 'GTD',
  'immediate-or-cancel': ({ order }) => order.request.timeInForce === 'IOC',
  'fill-or-kill filled': ({ order }) => order.request.timeInForce === 'FOK' && order.status === 'FILLED',
  'fill-or-kill killed': ({ order }) => order.request.timeInForce === 'FOK' && order.status === 'CANCELED',
};

/** A trade that left a part of the order open. */
function isFilledInParts({ order, events }: Told): boolean {
  let filled = ZERO;
  return events.some((event) => {
    if (event.type !== 'OrderFilled') return false;
    filled = add(filled, event.fill.quantity);
    return lessThan(filled, order.quantity);
  });
}

/** How often each kind happened; settlement is counted in trades, the rest in orders. */
export function countKinds(
  all: readonly Told[],
  executions: readonly ExecutionRow[],
): Readonly<Record<string, number>> {
  const settled = (cycle: (row: ExecutionRow) => boolean): number =>
    executions.filter((row) => row.settled && cycle(row)).length;
  return {
    ...Object.fromEntries(Object.entries(KINDS).map(([kind, is]) => [kind, all.filter(is).length])),
    'trade settled T+0': settled((row) => row.settleAtMs === row.atMs),
    'trade settled T+1': settled((row) => row.settleAtMs > row.atMs),
  };
}

/** The kinds that did not happen: a machine that is busy with other things does not get through the whole tour. */
export const missingKinds = (kinds: Readonly<Record<string, number>>): readonly string[] =>
  Object.entries(kinds)
    .filter(([, count]) => count === 0)
    .map(([kind]) => kind);
