/** Trades in which a beneficial owner is on both sides. */
import { absolute, compare, dec, maximum, multiply, subtract } from '../money';
import type { DecimalString } from '../money';
import { byTime, tradeKey } from './booked-trade';
import type { BookedTrade } from './booked-trade';
import { ownerOf } from './settings';
import type { PostTradeSettings } from './settings';
import type { SurveillanceDetector, Suspicion } from './detector';

const HUNDRED = dec('100');
const TEN_THOUSAND = dec('10000');

/** The venue says so: both sides of one match belong to one owner. */
export const matchedOwnOrders: SurveillanceDetector = {
  code: 'MATCHED_OWN_ORDERS',
  sentence: 'Two orders of one owner that traded with each other, by the match id of the venue.',
  inspect: ({ trades, settings }) => suspicions(trades, settings, isMatch, 'traded with each other'),
};

/** No match id says so, but price, quantity and time look like it. */
export const washTrades: SurveillanceDetector = {
  code: 'WASH_TRADE',
  sentence: 'A purchase and a sale of one owner, alike in symbol, price and quantity and shortly after each other.',
  inspect: ({ trades, settings }) =>
    suspicions(
      trades,
      settings,
      (one, other) => !isMatch(one, other) && isAlike(one, other, settings),
      'bought and sold the same',
    ),
};

/** One suspicion for each later trade that has a counterpart before it: however often it is looked at, it is the same one. */
function suspicions(
  trades: readonly BookedTrade[],
  settings: PostTradeSettings,
  belong: (later: BookedTrade, earlier: BookedTrade) => boolean,
  what: string,
): readonly Suspicion[] {
  const recent = new Map<string, BookedTrade[]>();
  return [...trades].sort(byTime).flatMap((later) => {
    const key = JSON.stringify([later.symbol, ownerOf(settings, later.account)]);
    const before = (recent.get(key) ?? []).filter(({ atMs }) => later.atMs - atMs <= settings.washWindowMs);
    recent.set(key, [...before, later]);
    const counterparts = before.filter(
      (earlier) => isBuy(earlier) !== isBuy(later) && earlier.orderId !== later.orderId && belong(later, earlier),
    );
    return counterparts.length === 0 ? [] : [suspicionOf(later, counterparts, settings, what)];
  });
}

function suspicionOf(
  later: BookedTrade,
  counterparts: readonly BookedTrade[],
  settings: PostTradeSettings,
  what: string,
): Suspicion {
  const { account, symbol, atMs } = later;
  const all = [...counterparts, later];
  const accounts = [...new Set(all.map((trade) => trade.account))].sort().join(', ');
  return {
    ...{ subject: tradeKey(later), account, symbol, atMs },
    reason: `${ownerOf(settings, account)} ${what} in ${symbol}: ${all.map(inWords).join('; ')}.`,
    evidence: {
      orderIds: [...new Set(all.map(({ orderId }) => orderId))],
      execIds: all.map(({ execId }) => execId),
      timesMs: all.map((trade) => trade.atMs),
    },
    seen: { accounts, ...(later.matchId === undefined ? {} : { matchId: later.matchId }) },
  };
}

const inWords = ({ orderId, side, quantity, price }: BookedTrade): string =>
  `${orderId} ${side} ${quantity} at ${price}`;

const isBuy = ({ side }: BookedTrade): boolean => side === 'BUY';

const isMatch = (one: BookedTrade, other: BookedTrade): boolean =>
  one.matchId !== undefined && one.matchId === other.matchId && one.venue === other.venue;

function isAlike(one: BookedTrade, other: BookedTrade, settings: PostTradeSettings): boolean {
  const { washPriceToleranceBps, washQuantityTolerancePercent } = settings;
  return (
    isNear(one.price, other.price, washPriceToleranceBps, TEN_THOUSAND) &&
    isNear(one.quantity, other.quantity, washQuantityTolerancePercent, HUNDRED)
  );
}

/** Multiplied out, as a quotient would have to be rounded. */
const isNear = (a: DecimalString, b: DecimalString, share: DecimalString, whole: DecimalString): boolean =>
  compare(multiply(absolute(subtract(a, b)), whole), multiply(share, maximum(a, b))) <= 0;
