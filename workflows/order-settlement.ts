/** The settlement of an order's trades, each on its date, and the trading sessions by which its dates are told. */
import type { SettleResult } from '../activities/contract';
import type { MarketTerms } from '../src/contracts/order-messages';
import type { SettlementDue } from '../src/domain/order';
import { nextSettlement, settlementRetryMs, SETTLEMENT_ESCALATES_AFTER } from '../src/domain/settlement';
import { orderActivities } from './activity-options';
import type { OrderDesk } from './order-desk';
import { settleInput } from './order-inputs';

export class OrderSettlement {
  constructor(private readonly desk: OrderDesk) {}

  /** The settlement to do next, and when: one that failed waits for its retry and holds up no other. */
  nextDue() {
    const { desk } = this;
    const retryAtMs = desk.progress.settleRetryAtMs ?? 0;
    return nextSettlement(desk.order.settlements, (due) => {
      const atWallMs = desk.wallTimeOf(due.settleAtMs);
      return due.status === 'BOOKED' ? atWallMs : Math.max(atWallMs, retryAtMs);
    });
  }

  settle(due: SettlementDue): Promise<SettleResult> {
    const { order } = this.desk;
    const summary = `settle ${String(due.trades)} trade(s), ${due.quantity} ${order.request.symbol}`;
    return orderActivities.settleTrades.executeWithOptions({ summary }, [settleInput(order, due)]);
  }
  take({ settleAtMs, trades, quantity, attempts }: SettlementDue, result: SettleResult): void {
    const { desk } = this;
    if (result.kind === 'settled') {
      desk.commit('settlement', 'settlement', [{ type: 'TradeSettled', settleAtMs, trades, quantity }]);
      return;
    }
    const { reason } = result;
    const attempt = attempts + 1;
    desk.progress.settleRetryAtMs = desk.wallMs + settlementRetryMs(attempt);
    desk.commit('settlement', 'settlement', [{ type: 'SettlementFailed', settleAtMs, attempt, reason }]);
    if (attempt === SETTLEMENT_ESCALATES_AFTER)
      desk.commit('settlement', 'settlement', [{ type: 'SettlementEscalated', settleAtMs, reason }]);
  }

  laterSessions(): Promise<MarketTerms['sessions']> {
    const { order, market, marketMs } = this.desk;
    const input = { symbol: order.request.symbol, afterMs: market.sessions.at(-1)?.closeMs ?? marketMs };
    return orderActivities.loadSessions.executeWithOptions({ summary: 'later trading sessions' }, [input]);
  }
  takeSessions(later: MarketTerms['sessions']): void {
    const { desk } = this;
    // In replayed time every session since the clock's origin counts; in life the past ones are done with.
    const known =
      desk.clock === undefined
        ? desk.market.sessions.filter((session) => session.closeMs > desk.marketMs)
        : desk.market.sessions;
    desk.market = { ...desk.market, sessions: [...known, ...later] };
  }
}
