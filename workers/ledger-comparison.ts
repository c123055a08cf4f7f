/**
 * Compares what three ledgers say of the same orders: the venues' books, the database, Temporal's histories.
 *
 * Pure, so that a test can tamper with any of them and see the difference found.
 */
import type { ExecutionReport } from '../src/domain/execution-report';
import { baseOf, venueClientOrderId } from '../src/domain/ids';
import type { OrderId } from '../src/domain/ids';
import { add, compare, divideRounded, equal, isZero, multiply, negate, subtract, ZERO } from '../src/domain/money';
import type { DecimalString } from '../src/domain/money';
import { brokenInvariants, isTerminal } from '../src/domain/order';
import type { Order, OrderStatus } from '../src/domain/order';
import { signedQuantity } from '../src/domain/positions';
import type { AccountSetup, CashRow, ExecutionRow, PositionRow, ReservationRow } from '../src/ports/stores';
import { tradesInForce } from '../src/venues/simulated/trade-changes';

/** An order in a venue's own book, from `GET /v1/:venue/ledger/orders`. */
export interface VenueLedgerOrder {
  readonly venue: string;
  readonly venueOrderId: string;
  readonly clientOrderIds: readonly string[];
  readonly quantity: DecimalString;
  readonly cumQuantity: DecimalString;
  readonly status: 'OPEN' | 'FILLED' | 'CANCELED' | 'EXPIRED';
}

/** What Temporal knows of an order: the result of its workflow, or the answer of one that still runs. */
export interface WorkflowOrder {
  readonly orderId: OrderId;
  readonly status: OrderStatus;
  readonly isRunning: boolean;
  readonly finalized: boolean;
  readonly filledQuantity: DecimalString;
  readonly averagePrice?: DecimalString;
  readonly fees: Readonly<Record<string, DecimalString>>;
}

/** The three ledgers, read after the last order has come to rest. */
export interface Ledgers {
  readonly venueOrders: readonly VenueLedgerOrder[];
  readonly venueReports: readonly ExecutionReport[];
  readonly orders: readonly Order[];
  readonly executions: readonly ExecutionRow[];
  readonly reservations: readonly ReservationRow[];
  readonly positions: readonly PositionRow[];
  readonly cash: readonly CashRow[];
  readonly accounts: readonly AccountSetup[];
  /** Currency in which a symbol's trades are paid. */
  readonly currencies: Readonly<Record<string, string>>;
  readonly workflows: readonly WorkflowOrder[];
}

/** One statement that must hold: how often it was checked and where it did not. */
export interface Invariant {
  readonly ok: boolean;
  readonly checked: number;
  /** The first violations, as sentences; all are counted in `violated`. */
  readonly violations: readonly string[];
  readonly violated: number;
}
export type Invariants = Readonly<Record<string, Invariant>>;

const VIOLATIONS_SHOWN = 5;
/** Decimals of an order's average price. */
const PRICE_DECIMALS = 12;

/** Nothing checked proves nothing: an invariant without a single check fails. */
export function invariantOf(checked: number, violations: readonly string[]): Invariant {
  const all = checked === 0 ? ['nothing was there to check', ...violations] : violations;
  return { ok: all.length === 0, checked, violations: all.slice(0, VIOLATIONS_SHOWN), violated: all.length };
}

/** Every invariant that follows from the ledgers themselves. */
export function compareLedgers(ledgers: Ledgers): Invariants {
  const book = new VenueBook(ledgers);
  const workflows = new Map(ledgers.workflows.map((workflow) => [workflow.orderId, workflow]));
  const each = (check: (order: Order) => readonly string[]): Invariant =>
    invariantOf(
      ledgers.orders.length,
      ledgers.orders.flatMap((order) => check(order).map((what) => `${order.orderId}: ${what}`)),
    );
  return {
    inAllThreeLedgers: inAllThree(ledgers, book, workflows),
    noDuplicateVenueOrder: noDuplicates(ledgers),
    statesAgree: each((order) => statesOf(order, book, workflows)),
    quantitiesAgree: each((order) => quantitiesOf(order, book, workflows, ledgers.executions)),
    averagePricesAgree: each((order) => pricesOf(order, book, workflows)),
    feesAgree: each((order) => feesOf(order, book, workflows)),
    quantitiesConserved: each(brokenInvariants),
    reservationsReleased: reservations(ledgers),
    positionsMatchFills: positions(ledgers),
    cashMatchesTrades: cash(ledgers),
  };
}

type Workflows = ReadonlyMap<OrderId, WorkflowOrder>;

/**
 * The venues' books, found by the first part of the client order id, which is the same for all steps of an order; those of
 * adopted orders, whose ids are somebody else's, by the venue order id.
 */
class VenueBook {
  private readonly byBase = new Map<string, VenueLedgerOrder[]>();
  private readonly byPlace = new Map<string, VenueLedgerOrder[]>();
  private readonly reports = new Map<string, ExecutionReport[]>();

  constructor({ venueOrders, venueReports, orders }: Ledgers) {
    const given = idsOfOthers(orders);
    const adopted = adoptedThere(orders);
    for (const order of venueOrders) {
      if (adopted.has(placeOf(order))) {
        listIn(this.byPlace, placeOf(order)).push(order);
        continue;
      }
      const own = order.clientOrderIds.filter((id) => !given.has(id));
      for (const base of new Set(own.map((id) => `${order.venue}/${baseOf(id)}`)))
        listIn(this.byBase, base).push(order);
    }
    for (const report of venueReports) listIn(this.reports, `${report.venue}/${report.venueOrderId}`).push(report);
  }

  ordersOf(order: Order): readonly VenueLedgerOrder[] {
    if (order.adopted !== undefined) return this.byPlace.get(placeHere(order)) ?? [];
    const base = order.clientOrderIdBase;
    return base === undefined ? [] : (this.byBase.get(`${order.route?.venue ?? ''}/${base}`) ?? []);
  }

  /** What counts of them: those taken back are gone, those corrected are as they are now. */
  tradesOf(order: Order): readonly ExecutionReport[] {
    return this.ordersOf(order).flatMap((own) =>
      tradesInForce(this.reports.get(`${own.venue}/${own.venueOrderId}`) ?? []),
    );
  }
}

/** Denied orders and those that ended before they were sent must not be at a venue; all others must. */
function inAllThree(
  { orders, workflows: told, venueOrders }: Ledgers,
  book: VenueBook,
  workflows: Workflows,
): Invariant {
  const known = new Set(orders.map((order) => order.orderId));
  const bases = new Set(orders.map((order) => order.clientOrderIdBase));
  const given = idsOfOthers(orders);
  const adopted = adoptedThere(orders);
  const violations = [
    ...orders.flatMap((order) => {
      const atVenue = book.ordersOf(order).length > 0;
      return [
        ...(workflows.has(order.orderId)
          ? []
          : [`${order.orderId}: in the database, and Temporal does not tell of it`]),
        ...(atVenue === (order.venueOrderId !== undefined)
          ? []
          : [`${order.orderId} (${order.status}): ${atVenue ? 'at the venue and should not be' : 'not at the venue'}`]),
      ];
    }),
    ...told
      .filter(({ orderId }) => !known.has(orderId))
      .map(({ orderId }) => `${orderId}: in Temporal, not in the database`),
    ...venueOrders
      .filter((order) => !adopted.has(placeOf(order)))
      .filter(({ clientOrderIds }) => clientOrderIds.some((id) => !bases.has(baseOf(id)) && !given.has(id)))
      .map(({ venue, venueOrderId }) => `${venue} ${venueOrderId}: at the venue, not in the database`),
  ];
  return invariantOf(orders.length + told.length + venueOrders.length, violations);
}

/** Client order ids under which somebody else changed orders of ours at a venue. */
const idsOfOthers = (orders: readonly Order[]): ReadonlySet<string> =>
  new Set(orders.flatMap(({ renamed = [] }) => renamed.map(({ clientOrderId }) => clientOrderId)));

/** Orders that nobody here sent, by their places at venues. */
const adoptedThere = (orders: readonly Order[]): ReadonlySet<string> =>
  new Set(orders.flatMap((order) => (order.adopted === undefined ? [] : [placeHere(order)])));
const placeOf = ({ venue, venueOrderId }: VenueLedgerOrder): string => `${venue}/${venueOrderId}`;
const placeHere = ({ route, venueOrderId = '' }: Order): string => `${route?.venue ?? ''}/${venueOrderId}`;

function noDuplicates({ venueOrders, orders }: Ledgers): Invariant {
  const given = idsOfOthers(orders);
  const adopted = adoptedThere(orders);
  const ids = new Set(orders.flatMap((order) => (order.adopted === undefined ? idsSent(order) : [])));
  const owners = new Map<string, string>();
  const violations: string[] = [];
  for (const order of venueOrders) {
    const { venue, venueOrderId, clientOrderIds } = order;
    // What was sent from here and then taken for somebody else's is sent twice all the same.
    const isTheirs = adopted.has(placeOf(order)) && !clientOrderIds.some((id) => ids.has(id));
    // One venue order per order, and each step's id at most once in it.
    for (const key of [...new Set(clientOrderIds.map((id) => (isTheirs || given.has(id) ? id : baseOf(id))))]) {
      const other = owners.get(key);
      if (other !== undefined) violations.push(`${key}: sent twice, as ${other} and ${venue} ${venueOrderId}`);
      owners.set(key, `${venue} ${venueOrderId}`);
    }
    if (new Set(clientOrderIds).size !== clientOrderIds.length)
      violations.push(`${venue} ${venueOrderId}: one step's id twice`);
  }
  return invariantOf(venueOrders.length, violations);
}

/** The ids under which an order was, or may have been, sent. */
const idsSent = ({ clientOrderIdBase, lastStep }: Order): readonly string[] =>
  clientOrderIdBase === undefined
    ? []
    : Array.from({ length: lastStep + 1 }, (_, step) => venueClientOrderId(clientOrderIdBase, step));

function statesOf(order: Order, book: VenueBook, workflows: Workflows): readonly string[] {
  const workflow = workflows.get(order.orderId);
  const [own] = book.ordersOf(order);
  const ended = isTerminal(order.status);
  const settled = order.settlements.every((due) => due.status === 'SETTLED');
  const broken: string[] = [];
  if (workflow !== undefined && workflow.status !== order.status)
    broken.push(`database ${order.status}, Temporal ${workflow.status}`);
  if (own !== undefined && (ended ? order.status !== own.status : own.status !== 'OPEN'))
    broken.push(`database ${order.status}, venue ${own.status}`);
  if (workflow?.isRunning === false && !(ended && settled && workflow.finalized))
    broken.push(`its workflow is over, the order is ${order.status} and not final`);
  if (workflow?.isRunning === true && ended && settled)
    broken.push(`final (${order.status}), but its workflow still runs`);
  return broken;
}

function quantitiesOf(
  order: Order,
  book: VenueBook,
  workflows: Workflows,
  executions: readonly ExecutionRow[],
): readonly string[] {
  const total = (rows: readonly (DecimalString | undefined)[]): DecimalString =>
    rows.reduce<DecimalString>((sum, row) => add(sum, row ?? ZERO), ZERO);
  const told: Readonly<Record<string, DecimalString | undefined>> = {
    Temporal: workflows.get(order.orderId)?.filledQuantity,
    "the venue's order": total(book.ordersOf(order).map((own) => own.cumQuantity)),
    "the venue's reports": total(book.tradesOf(order).map((trade) => trade.lastQuantity)),
    'the executions': total(executions.filter((row) => row.orderId === order.orderId).map((row) => row.quantity)),
  };
  return Object.entries(told).flatMap(([who, quantity]) =>
    quantity === undefined || equal(quantity, order.filledQuantity)
      ? []
      : [`filled ${order.filledQuantity}, ${who} ${quantity}`],
  );
}

function pricesOf(order: Order, book: VenueBook, workflows: Workflows): readonly string[] {
  let quantity: DecimalString = ZERO;
  let notional: DecimalString = ZERO;
  for (const { lastQuantity = ZERO, lastPrice = ZERO } of book.tradesOf(order)) {
    quantity = add(quantity, lastQuantity);
    notional = add(notional, multiply(lastQuantity, lastPrice));
  }
  const atVenue = isZero(quantity) ? undefined : divideRounded(notional, quantity, PRICE_DECIMALS);
  const workflow = workflows.get(order.orderId);
  const same = (price: DecimalString | undefined): boolean => (price ?? 'none') === (order.averagePrice ?? 'none');
  return [
    ...(same(atVenue) ? [] : [`average price ${order.averagePrice ?? 'none'}, venue ${atVenue ?? 'none'}`]),
    ...(workflow === undefined || same(workflow.averagePrice)
      ? []
      : [`average price ${order.averagePrice ?? 'none'}, Temporal ${workflow.averagePrice ?? 'none'}`]),
  ];
}

function feesOf(order: Order, book: VenueBook, workflows: Workflows): readonly string[] {
  const atVenue: Record<string, DecimalString> = {};
  for (const { feeCurrency, fee } of book.tradesOf(order)) {
    if (feeCurrency !== undefined && fee !== undefined) atVenue[feeCurrency] = add(atVenue[feeCurrency] ?? ZERO, fee);
  }
  const broken = (who: string, fees: Readonly<Record<string, DecimalString>>): readonly string[] =>
    [...new Set([...Object.keys(fees), ...Object.keys(order.fees)])]
      .filter((currency) => !equal(fees[currency] ?? ZERO, order.fees[currency] ?? ZERO))
      .map((currency) => `fees ${order.fees[currency] ?? ZERO} ${currency}, ${who} ${fees[currency] ?? ZERO}`);
  return [...broken('venue', atVenue), ...broken('Temporal', workflows.get(order.orderId)?.fees ?? order.fees)];
}

function reservations({ orders, reservations: open }: Ledgers): Invariant {
  const status = new Map(orders.map((order) => [order.orderId, order.status]));
  const violations = open
    .filter(({ orderId }) => isTerminal(status.get(orderId) ?? 'CANCELED'))
    .map(
      ({ orderId, quantity, cash: promised }) =>
        `${orderId} is ${status.get(orderId) ?? 'unknown'} and still reserves ${quantity} and ${promised}`,
    );
  return invariantOf(orders.length, violations);
}

function positions({ executions, positions: held }: Ledgers): Invariant {
  const booked = new Totals();
  const settled = new Totals();
  for (const row of executions) {
    const key = `${row.account} ${row.symbol}`;
    booked.add(key, signedQuantity(row.side, row.quantity));
    if (row.settled) settled.add(key, signedQuantity(row.side, row.quantity));
  }
  const rows = new Map(held.map((row) => [`${row.account} ${row.symbol}`, row]));
  const keys = new Set([...rows.keys(), ...booked.keys()]);
  const violations = [...keys].flatMap((key) => [
    ...booked.differs(key, rows.get(key)?.quantity, 'position'),
    ...settled.differs(key, rows.get(key)?.settledQuantity, 'settled position'),
  ]);
  return invariantOf(keys.size, violations);
}

/** Cash is what was there at first, minus what was bought, plus what was sold, minus fees. */
function cash({ executions, cash: rows, accounts, currencies }: Ledgers): Invariant {
  const booked = new Totals();
  const settled = new Totals();
  for (const { account, openingCash } of accounts) {
    for (const [currency, amount] of Object.entries(openingCash))
      for (const totals of [booked, settled]) totals.add(`${account} ${currency}`, amount);
  }
  for (const row of executions) {
    const paid = negate(signedQuantity(row.side, multiply(multiply(row.quantity, row.price), row.multiplier)));
    for (const totals of row.settled ? [booked, settled] : [booked]) {
      totals.add(`${row.account} ${currencies[row.symbol] ?? ''}`, paid);
      totals.add(`${row.account} ${row.feeCurrency}`, negate(row.fee));
    }
  }
  const told = new Map(rows.map((row) => [`${row.account} ${row.currency}`, row]));
  const keys = new Set([...told.keys(), ...booked.keys()]);
  const violations = [...keys].flatMap((key) => [
    ...booked.differs(key, told.get(key)?.booked, 'cash'),
    ...settled.differs(key, told.get(key)?.settled, 'settled cash'),
  ]);
  return invariantOf(keys.size, violations);
}

class Totals {
  private readonly amounts = new Map<string, DecimalString>();

  add(key: string, amount: DecimalString): void {
    this.amounts.set(key, add(this.amounts.get(key) ?? ZERO, amount));
  }
  keys(): readonly string[] {
    return [...this.amounts.keys()];
  }
  differs(key: string, told: DecimalString | undefined, what: string): readonly string[] {
    const expected = this.amounts.get(key) ?? ZERO;
    if (compare(expected, told ?? ZERO) === 0) return [];
    return [
      `${key}: ${what} ${told ?? 'none'}, the trades make ${expected} (difference ${subtract(told ?? ZERO, expected)})`,
    ];
  }
}

function listIn<V>(lists: Map<string, V[]>, key: string): V[] {
  const found = lists.get(key) ?? [];
  lists.set(key, found);
  return found;
}
