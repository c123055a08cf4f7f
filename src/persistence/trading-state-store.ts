import type { TradingStateAnswer, TradingStateCommand } from '../contracts/kill-switch';
import type { OrderId } from '../domain/ids';
import type { LimitScope, TradingState } from '../domain/risk/limits';
import type { OrderToClose, TradingStateRow, TradingStates } from '../ports/trading-states';
import { canonicalJson } from './canonical-json';
import { repeatOnConflict } from './driver';
import type { Driver } from './driver';

/** What the second person is for, as people read it. */
const SECOND_PERSON = 'To allow more than now, name a second person in approvedBy, another one than the actor.';

/** Trading states and the proofs of kill switches on PostgreSQL or PGlite. */
export class SqlTradingStates implements TradingStates {
  constructor(private readonly driver: Driver) {}

  async set(scope: LimitScope, command: TradingStateCommand, wallMs: number): Promise<TradingStateAnswer> {
    const answer = await this.call<Answer>('oms_set_trading_state', {
      ...partsOf(scope),
      ...command,
      scope: canonicalJson(partsOf(scope)),
      atMs: wallMs,
    });
    return answer.kind === 'refused' ? { ...answer, rule: SECOND_PERSON } : answer;
  }

  async states(): Promise<readonly TradingStateRow[]> {
    const rows = await this.driver.query('SELECT * FROM trading_states ORDER BY scope');
    return rows.map((row) => {
      const approvedBy = row['approved_by'] as string | null;
      return {
        scope: JSON.parse(String(row['scope'])) as LimitScope,
        state: row['state'] as TradingState,
        version: Number(row['version']),
        actor: String(row['actor']),
        ...(approvedBy === null ? {} : { approvedBy }),
        reason: String(row['reason']),
        atMs: Number(row['at_ms']),
      };
    });
  }

  async found(commandId: string, orderIds: readonly OrderId[]): Promise<void> {
    if (orderIds.length === 0) return;
    await this.driver.query(
      `INSERT INTO kill_switch_orders (command_id, order_id) SELECT $1, jsonb_array_elements_text($2::jsonb)
       ON CONFLICT DO NOTHING`,
      [commandId, JSON.stringify(orderIds)],
    );
  }

  async toClose(scope: LimitScope, commandId: string, startedBeforeMs?: number): Promise<readonly OrderToClose[]> {
    const before = startedBeforeMs === undefined ? {} : { startedBeforeMs };
    const asked = { ...partsOf(scope), commandId, ...before };
    const rows = await this.call<readonly ToCloseRow[]>('oms_orders_to_close', asked);
    return rows.map(({ orderId, status, ended, venue, venueAccount, clientOrderIdBase }) => ({
      ...{ orderId, status, ended: ended === true },
      ...(venue === null ? {} : { venue }),
      ...(venueAccount === null ? {} : { venueAccount }),
      ...(clientOrderIdBase === null ? {} : { clientOrderIdBase }),
    }));
  }

  async proved(
    commandId: string,
    orders: readonly { orderId: OrderId; proof: string }[],
    wallMs: number,
  ): Promise<void> {
    if (orders.length > 0) await this.call('oms_prove_closed', { commandId, orders, atMs: wallMs });
  }

  async progress(commandId: string): Promise<{ readonly found: number; readonly closed: number }> {
    const rows = await this.driver.query(
      'SELECT count(*) AS found, count(closed_at_ms) AS closed FROM kill_switch_orders WHERE command_id = $1',
      [commandId],
    );
    return { found: Number(rows[0]?.['found'] ?? 0), closed: Number(rows[0]?.['closed'] ?? 0) };
  }

  async orders(commandId: string): Promise<readonly { orderId: OrderId; proof?: string; closedAtMs?: number }[]> {
    const rows = await this.driver.query<{ order_id: OrderId; proof: string | null; closed_at_ms: unknown }>(
      'SELECT order_id, proof, closed_at_ms FROM kill_switch_orders WHERE command_id = $1 ORDER BY order_id',
      [commandId],
    );
    return rows.map(({ order_id: orderId, proof, closed_at_ms: closedAtMs }) => ({
      orderId,
      ...(proof === null ? {} : { proof, closedAtMs: Number(closedAtMs) }),
    }));
  }

  private call<T>(name: string, argument: object): Promise<T> {
    return repeatOnConflict(() => this.driver.call<T>(name, argument));
  }
}

type Answer =
  | { readonly kind: 'set'; readonly before: TradingState; readonly state: TradingState; readonly version: number }
  | { readonly kind: 'refused'; readonly before: TradingState };
interface ToCloseRow {
  readonly orderId: OrderId;
  readonly status: string;
  /** null while the order is not recorded. */
  readonly ended: boolean | null;
  readonly venue: string | null;
  readonly venueAccount: string | null;
  readonly clientOrderIdBase: string | null;
}

/** The parts of a scope and nothing else, so that one scope has one spelling. */
const partsOf = ({ account, strategy, symbol, venue }: LimitScope): LimitScope => ({
  ...(account === undefined ? {} : { account }),
  ...(strategy === undefined ? {} : { strategy }),
  ...(symbol === undefined ? {} : { symbol }),
  ...(venue === undefined ? {} : { venue }),
});
