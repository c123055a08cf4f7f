import type { Logger } from 'pino';
import type { LimitsInForce } from './limits-in-force';
import type { CancelOrderPayload } from '../src/contracts/order-messages';
import type { FxRates } from '../src/domain/fx-rates';
import type { Instrument } from '../src/domain/instruments';
import type { OrderId } from '../src/domain/ids';
import type { ExecutionReport } from '../src/domain/execution-report';
import type { DecimalString } from '../src/domain/money';
import type { SurveillanceDetector } from '../src/domain/post-trade/detector';
import type { FillContext } from '../src/domain/post-trade/fill-checks';
import type { PostTradeSettings } from '../src/domain/post-trade/settings';
import type { RiskCheck } from '../src/domain/risk/risk-context';
import type { LimitScope } from '../src/domain/risk/limits';
import type { RoutingSettings } from '../src/domain/routing';
import type { Calendars } from '../src/ports/calendar';
import type { Clock } from '../src/ports/clock';
import type { MarketData } from '../src/ports/market-data';
import type { Journal, OrderStore, VenueStore } from '../src/ports/stores';
import type { LimitsStore } from '../src/ports/limits';
import type { PostTradeStore } from '../src/ports/post-trade';
import type { ReconciliationStore } from '../src/ports/reconciliation';
import type { TradingStates } from '../src/ports/trading-states';
import type { VenueConnector } from '../src/ports/venue';

/** What routing and pre-trade know of a venue beside its connector. */
export interface VenueProfile {
  readonly venueAccount: string;
  readonly takerFeeBps: DecimalString;
  readonly latencyMs: number;
  readonly regulatoryFit: DecimalString;
}

/** Sends signals to order workflows; the one thing that activities need of a Temporal client. */
export interface OrderSignals {
  /** To the order's workflow, or to the one that corrects it; `gone` when neither is running. */
  sendReports(orderId: OrderId, reports: readonly ExecutionReport[]): Promise<'sent' | 'gone'>;
  /** Starts the correction of an order whose workflow is over, or hands the reports to the one that runs. */
  correct(orderId: OrderId, reports: readonly ExecutionReport[]): Promise<void>;
  /** Adopts an order that nobody here sent, or hands the reports to the workflow that follows it. */
  adopt(orderId: OrderId, reports: readonly ExecutionReport[]): Promise<void>;
  sendTrigger(orderId: OrderId, price: DecimalString, marketTimeMs: number): Promise<'sent' | 'gone'>;
}

/** An order's workflow that runs. */
export interface RunningOrder {
  readonly workflowId: string;
}
/** Finds and cancels orders with Temporal alone. */
export interface OrderWorkflows {
  /**
   * Orders of a scope that may still trade and are not being canceled; what began within a second may be missing.
   *
   * @param startedBeforeMs Wall time in epoch milliseconds; runs that began later are left out.
   */
  open(scope: LimitScope, startedBeforeMs?: number): AsyncIterable<RunningOrder>;
  /** `gone` when the workflow is not running any more. */
  cancel(workflowId: string, payload: CancelOrderPayload): Promise<'sent' | 'gone'>;
  /** Those of the orders for which neither their own workflow runs nor one that corrects them. */
  unattended(orderIds: readonly OrderId[]): Promise<readonly OrderId[]>;
}

/** What post-trade runs go by. */
export interface PostTradeTools {
  readonly store: PostTradeStore;
  readonly settings: PostTradeSettings;
  readonly detectors: readonly SurveillanceDetector[];
  /** The venues' fees by venue. */
  readonly feeTerms: ReadonlyMap<string, FillContext['feeTerms']>;
}

/** Everything that activities reach, given once by the composition root. */
export interface ActivityDependencies {
  readonly instruments: ReadonlyMap<string, Instrument>;
  readonly venues: ReadonlyMap<string, VenueConnector>;
  readonly venueProfiles: ReadonlyMap<string, VenueProfile>;
  readonly routing: RoutingSettings;
  readonly riskChecks: readonly RiskCheck[];
  readonly limits: LimitsStore;
  /** The limits of the desk that decisions are made by. */
  readonly limitsInForce: Pick<LimitsInForce, 'newest' | 'at'>;
  /** What turns currencies into an account's base currency; undefined where every account has one currency. */
  readonly fxRates?: FxRates | undefined;
  readonly calendars: Calendars;
  readonly marketData: MarketData;
  readonly orders: OrderStore;
  readonly venueStore: VenueStore;
  readonly journal: Journal;
  readonly signals: OrderSignals;
  readonly tradingStates: TradingStates;
  readonly reconciliations: ReconciliationStore;
  readonly postTrade: PostTradeTools;
  readonly orderWorkflows: OrderWorkflows;
  readonly clock: Clock;
  readonly log: Logger;
}
