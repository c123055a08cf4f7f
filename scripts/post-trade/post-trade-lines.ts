/** Shows what orders cost and what was found as lines of text. */
import { midOf, orderSlippage } from '../../src/domain/post-trade/slippage';
import type { OrderSlippage, Slippage } from '../../src/domain/post-trade/slippage';
import type { PostTradeSettings } from '../../src/domain/post-trade/settings';
import type { ReadTrade, ReadTrades, StoredFinding } from '../../src/ports/post-trade';
import { table } from '../table';

/** One order with what its trades cost. */
export interface ReportedOrder extends OrderSlippage {
  readonly orderId: string;
  readonly symbol: string;
  readonly side: string;
  readonly currency: string;
  /** Halfway between bid and ask when it was decided on; absent: not known. */
  readonly arrival?: string;
  /** Codes of the checks that its trades failed. */
  readonly failed: readonly string[];
}

/** Every order with trades, in the order of its first one. */
export function reportOf(
  { trades, orders }: ReadTrades,
  findings: readonly StoredFinding[],
  settings: PostTradeSettings,
): readonly ReportedOrder[] {
  const byOrder = new Map<string, ReadTrade[]>();
  for (const trade of trades) byOrder.set(trade.orderId, [...(byOrder.get(trade.orderId) ?? []), trade]);
  return [...byOrder].map(([orderId, own]) => {
    const order = orders.get(orderId);
    const quote = order?.arrival?.quote;
    const arrival = quote && midOf(quote);
    const failed = findings.filter((finding) => finding.orderId === orderId).map(({ code }) => code);
    const [first] = own;
    return {
      ...{ orderId, symbol: first?.symbol ?? '', side: first?.side ?? '', currency: first?.currency ?? '' },
      ...(arrival === undefined ? {} : { arrival }),
      failed: [...new Set(failed)],
      ...orderSlippage(own, order, settings),
    };
  });
}

export function reportLines(orders: readonly ReportedOrder[]): readonly string[] {
  if (orders.length === 0) return ['no trades'];
  const head = [
    'order',
    'symbol',
    'side',
    'quantity',
    'average',
    'arrival',
    'bps',
    'money',
    'quote bps',
    'money',
    '',
    'fees',
    'checks',
  ];
  return table([
    head,
    ...orders.map((order) => [
      ...[order.orderId, order.symbol, order.side, order.quantity, order.averagePrice ?? '', order.arrival ?? ''],
      ...cells(order.arrivalMid),
      ...cells(order.quoteMid),
      order.currency,
      Object.entries(order.fees)
        .map(([currency, fee]) => `${fee} ${currency}`)
        .join(', '),
      order.failed.join(' ') || 'passed',
    ]),
  ]);
}

const cells = (slippage: Slippage): readonly string[] =>
  slippage.known ? [slippage.bps, slippage.money] : [WHY[slippage.why], ''];
const WHY: Readonly<Record<Extract<Slippage, { known: false }>['why'], string>> = {
  NO_TRADE: 'no trade',
  NO_QUOTE: 'no quote',
  STALE_QUOTE: 'old quote',
  EMPTY_SIDE: 'half a book',
};

export const findingLines = (findings: readonly StoredFinding[]): readonly string[] =>
  findings.length === 0 ? ['nothing'] : findings.flatMap((finding) => [headOf(finding), ...stepsOf(finding)]);

const headOf = ({ findingId, atMs, reason, before, after }: StoredFinding): string =>
  `${new Date(atMs).toISOString()}  ${findingId}\n    ${reason} ${shown(before)} → ${shown(after)}`;
const stepsOf = ({ steps }: StoredFinding): readonly string[] =>
  steps
    .filter(({ step }) => step === 'REVIEWED' || step === 'OVER')
    .map(({ step, actor, reason, atMs }) => `    ${step} by ${actor} at ${new Date(atMs).toISOString()}: ${reason}`);
const shown = (side: Readonly<Record<string, string>>): string =>
  Object.entries(side)
    .map(([name, value]) => `${name} ${value}`)
    .join(', ') || 'nothing';
