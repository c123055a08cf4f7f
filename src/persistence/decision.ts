/** Pre-trade decisions in the database: what is loaded for them, how they are judged, what is stored, what they answer. */
import { canonical } from '../domain/money';
import type { Order } from '../domain/order';
import type { OrderRequest } from '../domain/order-request';
import type { Account, Exposure } from '../domain/risk/risk-context';
import type { TradingStateEntry } from '../domain/risk/risk-data';
import type { RiskQuestion } from '../ports/risk-facts';
import type { DecisionKey, OrderStore, PreTradeVerdict, StoredDecision } from '../ports/stores';
import type { Driver } from './driver';
import { riskFactsOf } from './risk-facts-rows';
import type { RiskFactRows } from './risk-facts-rows';

/** What {@link OrderStore.decideOnce} is asked. */
export interface DecisionAsk {
  readonly key: DecisionKey;
  readonly request: OrderRequest;
  readonly currency: string | undefined;
  readonly decide: Parameters<OrderStore['decideOnce']>[3];
  readonly question: RiskQuestion | undefined;
}

/** What became of one decision of several. */
export type DecisionOutcome =
  | { readonly kind: 'answered'; readonly decision: StoredDecision }
  /** Judging it threw; nothing of it is stored. */
  | { readonly kind: 'threw'; readonly error: unknown }
  /** Somebody else holds its account, or there is no such account: it was not looked at. */
  | { readonly kind: 'notFree' };

/** Decides in a transaction of its own, which waits for the account. */
export async function decideAlone(driver: Driver, ask: DecisionAsk): Promise<StoredDecision> {
  const load = { name: 'oms_decide_load', argument: loadArgument(ask) };
  const [facts, stored] = await driver.exchange<DecisionFacts, DecisionStored>(load, (found) => {
    if (answerWithoutJudging(ask, found) !== undefined) return undefined;
    return { name: 'oms_decide_store', argument: storeArgument(ask, found) };
  });
  return stored === undefined ? (answerWithoutJudging(ask, facts) ?? unanswered(ask)) : decided(stored.verdict);
}

/** Decides orders of different accounts in one transaction, which waits for none of these; an outcome for each, in order. */
export async function decideTogether(
  driver: Driver,
  asks: readonly DecisionAsk[],
): Promise<readonly DecisionOutcome[]> {
  const load = { name: 'oms_decide_load_many', argument: asks.map(loadArgument) };
  let judgements: readonly Judgement[] = [];
  const [, stored = []] = await driver.exchange<readonly (DecisionFacts | null)[], readonly DecisionStored[]>(
    load,
    (found) => {
      judgements = asks.map((ask, at) => judgementOf(ask, found[at] ?? undefined));
      const toStore = judgements.flatMap((judgement) => (judgement.kind === 'toStore' ? [judgement.argument] : []));
      return toStore.length === 0 ? undefined : { name: 'oms_decide_store_many', argument: toStore };
    },
  );
  const verdicts = stored.values();
  return judgements.map((judgement, at) => {
    if (judgement.kind !== 'toStore') return judgement;
    const next = verdicts.next();
    return answered(next.done === true ? unanswered(asks[at]) : decided(next.value.verdict));
  });
}

/** Answer of the function oms_decide_load. */
interface DecisionFacts {
  readonly existing?: string;
  readonly verdict?: string;
  readonly account?: Account;
  /** Absent without an account: nothing can pass then. */
  readonly limitsVersion?: number;
  /** null when the instrument's currency is unknown. */
  readonly exposure?: Exposure | null;
  readonly tradingStates?: readonly TradingStateEntry[];
  /** null when nothing was asked for. */
  readonly facts?: RiskFactRows | null;
}
/** Answer of the function oms_decide_store. */
interface DecisionStored {
  readonly verdict: string;
}
type Judgement = DecisionOutcome | { readonly kind: 'toStore'; readonly argument: object };

const unanswered = (ask: DecisionAsk | undefined): never => {
  throw new Error(`the database did not answer for the decision on ${ask?.key.orderId ?? 'no order'}`);
};
const answered = (decision: StoredDecision): DecisionOutcome => ({ kind: 'answered', decision });
const decided = (verdict: string): StoredDecision => ({
  kind: 'decided',
  verdict: JSON.parse(verdict) as PreTradeVerdict,
});

function loadArgument({ key, request, currency, question }: DecisionAsk): object {
  const { account, symbol } = request;
  return { ...key, account, symbol, currency, ask: asked(question) };
}

function judgementOf(ask: DecisionAsk, facts: DecisionFacts | undefined): Judgement {
  if (facts === undefined) return { kind: 'notFree' };
  const answer = answerWithoutJudging(ask, facts);
  if (answer !== undefined) return answered(answer);
  try {
    return { kind: 'toStore', argument: storeArgument(ask, facts) };
  } catch (error) {
    return { kind: 'threw', error };
  }
}

/** What was decided before, or that the limits are others than those of the question. */
function answerWithoutJudging({ question }: DecisionAsk, facts: DecisionFacts): StoredDecision | undefined {
  if (facts.existing !== undefined) return { kind: 'existing', order: JSON.parse(facts.existing) as Order };
  if (facts.verdict !== undefined) return decided(facts.verdict);
  const { limitsVersion: version } = facts;
  const isAsAsked = version === undefined || version === (question?.limitsVersion ?? 0);
  return isAsAsked ? undefined : { kind: 'limitsChanged', version };
}

/** Judges, and makes the argument of oms_decide_store. */
function storeArgument({ key, request, question, decide }: DecisionAsk, facts: DecisionFacts): object {
  const { account, symbol, strategy } = request;
  const { limitsVersion = 0, marketTimeMs } = question ?? {};
  const exposure = facts.exposure ?? undefined;
  const verdict = decide(
    facts.account,
    exposure && canonicalExposure(exposure),
    riskFactsOf(facts.tradingStates, facts.facts ?? {}, asked(question)),
  );
  const need = verdict.kind === 'approved' ? verdict.reservation : undefined;
  const kept = JSON.stringify(limitsVersion === 0 ? verdict : { ...verdict, limitsVersion });
  return { ...key, account, symbol, strategy, need, marketTimeMs, terms: termsOf(request), verdict: kept };
}

const asked = (question: RiskQuestion | undefined): RiskQuestion | undefined =>
  question !== undefined && question.parts.length > 0 ? question : undefined;

/** The form of an order that later ones are compared with. */
const termsOf = ({ strategy, symbol, side, quantity, limitPrice, stopPrice }: OrderRequest): object => ({
  strategy,
  symbol,
  side,
  quantity,
  limitPrice,
  stopPrice,
});

const canonicalExposure = (exposure: Exposure): Exposure => ({
  ...exposure,
  position: canonical(exposure.position),
  reservedBuyQuantity: canonical(exposure.reservedBuyQuantity),
  reservedSellQuantity: canonical(exposure.reservedSellQuantity),
  cash: canonical(exposure.cash),
  reservedCash: canonical(exposure.reservedCash),
});
