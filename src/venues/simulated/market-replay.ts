import {
  add,
  decOfInteger,
  divideRounded,
  isPositive,
  lessThan,
  maximum,
  multiply,
  roundDownTo,
  roundUpTo,
  subtract,
} from '../../domain/money';
import type { DecimalString } from '../../domain/money';
import type { MarketStep } from './book-order';
import { readMinuteBars } from './market-data-reader';
import type { MarketDataFiles, MinuteBar, PriceBar } from './market-data-reader';
import type { InstrumentTime, TradingDay } from './market-time';

/** A market step and when it happens. */
export interface TimedStep {
  readonly timeMs: number;
  readonly step: MarketStep;
}

interface DayStep {
  /** Milliseconds since the session's open. */
  readonly offsetMs: number;
  readonly step: MarketStep;
}

/** What the replay needs to know of its instrument. */
export interface ReplayRules {
  readonly tickSize: DecimalString;
  readonly lotSize: DecimalString;
  /** Session open and close as milliseconds since local midnight; bars outside are not used. */
  readonly sessionStartMs: number;
  readonly sessionEndMs: number;
  /** Ticks added to each side of every quote. */
  readonly spreadTicks: number;
}

const MINUTE_MS = 60_000;
const PHASES = 4;
/** A tick with more steps than this (a stopped process, an absurd speed) replays only the newest ones. */
const STEPS_MAX = 20_000;

/** Replays recorded minute bars along market time; days beyond the data start again with the first. */
export class MarketReplay {
  private readonly days: readonly (readonly DayStep[])[];

  constructor(
    folder: string,
    private readonly files: MarketDataFiles,
    rules: ReplayRules,
    private readonly time: InstrumentTime,
    /** Trade date of the clock's origin: its own data day, if there is one, is day 0. */
    private readonly originDate: string,
  ) {
    this.days = files.days.map((day) => stepsOfDay(readMinuteBars(folder, files, day), rules));
  }

  /** Steps after `fromMs` up to `toMs`, oldest first. */
  between(fromMs: number, toMs: number): readonly TimedStep[] {
    const found: TimedStep[] = [];
    for (const day of this.time.days(fromMs, toMs)) {
      const steps = this.stepsOf(day);
      const first = firstAfter(steps, fromMs - day.openMs);
      const end = firstAfter(steps, Math.min(toMs, day.closeMs - 1) - day.openMs);
      for (const { offsetMs, step } of steps.slice(first, end)) found.push({ timeMs: day.openMs + offsetMs, step });
    }
    return found.length > STEPS_MAX ? found.slice(-STEPS_MAX) : found;
  }

  /** The step in force at a market time, or undefined when the market is closed or has not traded yet. */
  latest(marketMs: number): TimedStep | undefined {
    const day = this.time.dayAt(marketMs);
    return this.between(day.openMs - 1, marketMs).at(-1);
  }

  private stepsOf(day: TradingDay): readonly DayStep[] {
    const shift = Math.max(0, this.files.days.indexOf(this.originDate.replaceAll('-', '')));
    return this.days[(day.ordinal + shift) % this.days.length] ?? [];
  }
}

/** Index of the first step later than an offset; every request asks, so it is searched by halves. */
function firstAfter(steps: readonly DayStep[], offsetMs: number): number {
  let low = 0;
  let high = steps.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((steps[middle]?.offsetMs ?? Infinity) <= offsetMs) low = middle + 1;
    else high = middle;
  }
  return low;
}

function stepsOfDay(bars: readonly MinuteBar[], rules: ReplayRules): readonly DayStep[] {
  const steps: DayStep[] = [];
  let last: Pick<MinuteBar, 'bidQuantity' | 'askQuantity'> = {};
  for (const bar of bars) {
    if (bar.bid !== undefined) last = bar;
    if (bar.timeMs < rules.sessionStartMs || bar.timeMs >= rules.sessionEndMs) continue;
    const volume = roundDownTo(divideRounded(bar.volume, decOfInteger(PHASES), 18), rules.lotSize);
    for (let phase = 0; phase < PHASES; phase += 1) {
      const lastPrice = priceAt(bar.trade, bar.trade, phase);
      const { bidPrice, askPrice } = quoteAt(bar, phase, lastPrice, rules);
      const step: MarketStep = {
        bidPrice,
        bidQuantity: roundDownTo(bar.bidQuantity ?? last.bidQuantity ?? rules.lotSize, rules.lotSize),
        askPrice,
        askQuantity: roundDownTo(bar.askQuantity ?? last.askQuantity ?? rules.lotSize, rules.lotSize),
        lastPrice,
        volume,
      };
      steps.push({ offsetMs: bar.timeMs - rules.sessionStartMs + (phase * MINUTE_MS) / PHASES, step });
    }
  }
  return steps;
}

/** Bid and ask of a phase; minutes without a recorded quote get one tick around the last trade. */
function quoteAt(
  bar: MinuteBar,
  phase: number,
  lastPrice: DecimalString,
  rules: ReplayRules,
): Pick<MarketStep, 'bidPrice' | 'askPrice'> {
  const widen = multiply(decOfInteger(rules.spreadTicks), rules.tickSize);
  const ask = bar.ask === undefined ? add(lastPrice, rules.tickSize) : priceAt(bar.ask, bar.trade, phase);
  const bid = bar.bid === undefined ? subtract(lastPrice, rules.tickSize) : priceAt(bar.bid, bar.trade, phase);
  const askPrice = add(roundUpTo(ask, rules.tickSize), widen);
  const below = subtract(askPrice, rules.tickSize);
  const wanted = subtract(roundDownTo(bid, rules.tickSize), widen);
  // The extremes of a bar need not be of one moment; a crossed quote is cut to one tick.
  const uncrossed = lessThan(wanted, askPrice) ? wanted : below;
  return { bidPrice: isPositive(uncrossed) ? uncrossed : maximum(rules.tickSize, below), askPrice };
}

/** Open, the extreme against the minute's direction, the other extreme, close. */
function priceAt(prices: PriceBar, direction: PriceBar, phase: number): DecimalString {
  const rising = !lessThan(direction.close, direction.open);
  const path = rising
    ? [prices.open, prices.low, prices.high, prices.close]
    : [prices.open, prices.high, prices.low, prices.close];
  return path[phase] ?? prices.close;
}
