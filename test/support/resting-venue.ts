/** A scripted venue for tests in skipped time: orders rest until the test fills them or the venue's own closing time. */
import type { OrderView } from '../../src/contracts/order-messages';
import type { ExecutionReport, ExecType } from '../../src/domain/execution-report';
import { add, dec, equal, subtract } from '../../src/domain/money';
import type { DecimalString } from '../../src/domain/money';
import { OrderType, TimeInForce } from '../../src/domain/order-request';
import type { ReportPage, VenueAnswer, VenueConnector, VenueOrder, VenueOrderStatus } from '../../src/ports/venue';
import type {
  VenueBalances,
  VenueCapabilities,
  VenueCancel,
  VenueOpenOrders,
  VenuePositions,
} from '../../src/ports/venue';
import type { VenueReplace } from '../../src/ports/venue';

/** What the venue has of one order, whatever it is called by now. */
interface Resting {
  readonly side: VenueOrder['side'];
  readonly symbol: string;
  clientOrderId: string;
  quantity: DecimalString;
  filled: DecimalString;
  readonly reports: ExecutionReport[];
  /** From then on it is expired. */
  closesAtMs?: number;
}

export class RestingVenue implements VenueConnector {
  readonly capabilities: VenueCapabilities;
  /** Times at which somebody asked for an order, since the test said when the venue closes. */
  askedAtMs: readonly number[] = [];
  private readonly resting = new Map<string, Resting>();

  constructor(
    readonly venue: string,
    nativeStops: boolean,
    private readonly nowMs: () => number,
  ) {
    this.capabilities = {
      ...{ nativeStops, orderTypes: Object.values(OrderType), timesInForce: Object.values(TimeInForce) },
      ...{ clientOrderIdMaxLength: 36, settleTimeMs: 1_000 },
    };
  }

  /** When what rests now expires; the test says so, as the venue must not believe our calendar. */
  closesAt(atMs: number): void {
    this.askedAtMs = [];
    for (const order of this.resting.values()) order.closesAtMs ??= atMs;
  }

  /** A part of an order trades; what comes back is for the order. */
  fill(order: OrderView, quantity: string, price: string, atMs: number): ExecutionReport {
    const found = this.found(order.clientOrderIdBase ?? '');
    found.filled = add(found.filled, dec(quantity));
    const facts = { lastQuantity: dec(quantity), lastPrice: dec(price), fee: dec('0'), feeCurrency: 'USD' };
    return this.report(found, 'TRADE', facts, atMs);
  }

  submit = (order: VenueOrder): Promise<VenueAnswer> => {
    const { side, symbol, clientOrderId, quantity } = order;
    const fresh: Resting = { side, symbol, clientOrderId, quantity, filled: dec('0'), reports: [] };
    this.resting.set(baseOf(clientOrderId), fresh);
    return this.answer(this.report(fresh, 'NEW'));
  };
  cancel = ({ clientOrderId }: VenueCancel): Promise<VenueAnswer> =>
    this.answer(this.report(this.found(baseOf(clientOrderId)), 'CANCELED'));
  replace = ({ clientOrderId, origClientOrderId, quantity, limitPrice }: VenueReplace): Promise<VenueAnswer> => {
    const found = this.found(baseOf(clientOrderId));
    Object.assign(found, { clientOrderId, quantity });
    return this.answer(
      this.report(found, 'REPLACED', { origClientOrderId, ...(limitPrice === undefined ? {} : { limitPrice }) }),
    );
  };
  findOrder = (_account: string, clientOrderId: string): Promise<VenueOrderStatus> => {
    const nowMs = this.nowMs();
    this.askedAtMs = [...this.askedAtMs, nowMs];
    const found = this.found(baseOf(clientOrderId));
    const { closesAtMs = Infinity, filled, quantity, reports } = found;
    const rests = !equal(filled, quantity) && !reports.some(({ leavesQuantity }) => leavesQuantity === '0');
    if (rests && nowMs >= closesAtMs) this.report(found, 'EXPIRED', {}, closesAtMs);
    return Promise.resolve({ kind: 'found', reports: [...found.reports] });
  };
  openOrders = (): Promise<VenueOpenOrders> => {
    const open = [...this.resting.values()].filter(
      ({ filled, quantity, reports }) =>
        !equal(filled, quantity) && !reports.some(({ leavesQuantity }) => leavesQuantity === '0'),
    );
    const orders = open.map(({ clientOrderId, symbol, side, quantity, filled: cumQuantity }) => ({
      ...{ clientOrderIds: [clientOrderId], venueOrderId: `V${baseOf(clientOrderId)}` },
      ...{ symbol, side, quantity, cumQuantity },
    }));
    return Promise.resolve({ kind: 'open', orders });
  };
  positions = (): Promise<VenuePositions> => Promise.resolve({ kind: 'unsupported' });
  balances = (): Promise<VenueBalances> => Promise.resolve({ kind: 'unsupported' });
  reportsAfter = (): Promise<ReportPage> => Promise.resolve({ reports: [], lastSequence: 0 });
  streamReports = (): Promise<void> => Promise.resolve();
  streamQuotes = (): Promise<void> => Promise.resolve();
  close = (): Promise<void> => Promise.resolve();

  private answer(report: ExecutionReport): Promise<VenueAnswer> {
    return Promise.resolve({ kind: 'acknowledged', reports: [report] });
  }
  private found(base: string): Resting {
    const found = this.resting.get(base);
    if (found === undefined) throw new Error(`no order ${base} rests here`);
    return found;
  }
  private report(
    order: Resting,
    execType: ExecType,
    facts: Partial<ExecutionReport> = {},
    atMs = this.nowMs(),
  ): ExecutionReport {
    const isOver = execType === 'CANCELED' || execType === 'EXPIRED';
    const report: ExecutionReport = {
      ...{ venue: this.venue, venueAccount: 'HOUSE', sequence: 0, execType, symbol: order.symbol, side: order.side },
      execId: `${order.clientOrderId}-${String(order.reports.length + 1)}`,
      clientOrderId: order.clientOrderId,
      venueOrderId: `V${baseOf(order.clientOrderId)}`,
      orderQuantity: order.quantity,
      cumQuantity: order.filled,
      leavesQuantity: isOver ? dec('0') : subtract(order.quantity, order.filled),
      transactTimeMs: atMs,
      ...facts,
    };
    order.reports.push(report);
    return report;
  }
}

/** Client order ids are `<base>-<step>`. */
const baseOf = (clientOrderId: string): string => clientOrderId.replace(/-\d+$/, '');
