import type { ExecutionReport } from '../../domain/execution-report';
import type { OrdStatus } from '../../domain/fix-view';
import { ZERO, isPositive } from '../../domain/money';
import type { DecimalString } from '../../domain/money';
import type { LedgerOrder } from './ledger';
import { currentId, leaves } from './book-order';

/** How an order stands, as an execution report tells it: the answer to a status request and to a refused duplicate. */
export interface OrderStatusReport extends Partial<
  Pick<ExecutionReport, 'origClientOrderId' | 'symbol' | 'side' | 'limitPrice' | 'stopPrice' | 'reason' | 'text'>
> {
  /** ORDER_STATUS is FIX ExecType I. */
  readonly execType: 'ORDER_STATUS' | 'REJECTED';
  readonly ordStatus: OrdStatus;
  readonly venue: string;
  readonly venueAccount: string;
  readonly clientOrderId: string;
  /** `NONE` when there is no such order, as in FIX. */
  readonly venueOrderId: string;
  readonly orderQuantity: DecimalString;
  readonly cumQuantity: DecimalString;
  readonly leavesQuantity: DecimalString;
  readonly cashQuantity?: DecimalString;
}

/** The status of an order under the id in force; after a replace with the id before. */
export function statusOf(venue: string, order: LedgerOrder, acknowledged: boolean): OrderStatusReport {
  const { venueAccount, venueOrderId, symbol, side, quantity, cumQuantity, limitPrice, stopPrice, cashQuantity } =
    order;
  const ordStatus = ordStatusOf(order, acknowledged);
  const origClientOrderId = order.clientOrderIds.at(-2);
  return {
    execType: 'ORDER_STATUS',
    ordStatus,
    venue,
    venueAccount,
    clientOrderId: currentId(order),
    ...(origClientOrderId === undefined ? {} : { origClientOrderId }),
    venueOrderId,
    symbol,
    side,
    orderQuantity: quantity,
    cumQuantity,
    leavesQuantity: leaves(order),
    ...(cashQuantity === undefined ? {} : { cashQuantity }),
    ...(limitPrice === undefined ? {} : { limitPrice }),
    ...(stopPrice === undefined ? {} : { stopPrice }),
    ...(ordStatus === 'NEW' ? { text: 'Nothing done' } : {}),
  };
}

/** The answer to a status request for an order that the venue does not have. */
export function statusOfNone(venue: string, venueAccount: string, clientOrderId: string): OrderStatusReport {
  return {
    execType: 'ORDER_STATUS',
    ordStatus: 'REJECTED',
    venue,
    venueAccount,
    clientOrderId,
    venueOrderId: 'NONE',
    orderQuantity: ZERO,
    cumQuantity: ZERO,
    leavesQuantity: ZERO,
    reason: 'UNKNOWN_ORDER',
    text: 'no order has this client order id',
  };
}

function ordStatusOf(order: LedgerOrder, acknowledged: boolean): OrdStatus {
  if (order.status !== 'OPEN') return order.status;
  if (isPositive(order.cumQuantity)) return 'PARTIALLY_FILLED';
  return acknowledged ? 'NEW' : 'PENDING_NEW';
}
