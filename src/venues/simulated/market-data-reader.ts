import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { strFromU8, unzipSync } from 'fflate';
import { dec, decOfInteger, divideRounded } from '../../domain/money';
import type { DecimalString } from '../../domain/money';

/** Open, high, low and close of one minute. */
export interface PriceBar {
  readonly open: DecimalString;
  readonly high: DecimalString;
  readonly low: DecimalString;
  readonly close: DecimalString;
}
/** One minute of trades and, where the source has it, of quotes. */
export interface MinuteBar {
  /** Milliseconds since local midnight. */
  readonly timeMs: number;
  readonly trade: PriceBar;
  readonly volume: DecimalString;
  readonly bid?: PriceBar;
  readonly bidQuantity?: DecimalString;
  readonly ask?: PriceBar;
  readonly askQuantity?: DecimalString;
}

/** Which files of the market data folder make an instrument's replay. */
export interface MarketDataFiles {
  /** File name up to the date, such as `equity-usa-minute-aapl`. */
  readonly prefix: string;
  /** Dates in order, `YYYYMMDD`. */
  readonly days: readonly string[];
  /** What the file's prices are to be divided by. */
  readonly priceDivisor: number;
}

// LEAN writes equity prices times 10,000, so four places are exact; crypto files have fewer than eight.
const PRICE_DECIMALS = 8;

/** Reads one day's minute bars from LEAN zip files. */
export function readMinuteBars(folder: string, files: MarketDataFiles, day: string): readonly MinuteBar[] {
  const price = (text: string | undefined): DecimalString =>
    divideRounded(plain(text), decOfInteger(files.priceDivisor), PRICE_DECIMALS);
  const bar = (row: readonly string[], at: number): PriceBar => ({
    open: price(row[at]),
    high: price(row[at + 1]),
    low: price(row[at + 2]),
    close: price(row[at + 3]),
  });
  const quotes = new Map(readRows(join(folder, `${files.prefix}-${day}_quote.zip`)).map((row) => [row[0], row]));
  return readRows(join(folder, `${files.prefix}-${day}_trade.zip`)).map((row): MinuteBar => {
    const trades = { timeMs: Number(row[0]), trade: bar(row, 1), volume: plain(row[5]) };
    const quote = quotes.get(row[0]);
    // A quote file may leave fields empty or end before the trades do.
    if (quote === undefined || quote.slice(0, 11).some((field) => field === '')) return trades;
    return {
      ...trades,
      bid: bar(quote, 1),
      bidQuantity: plain(quote[5]),
      ask: bar(quote, 6),
      askQuantity: plain(quote[10]),
    };
  });
}

function readRows(path: string): readonly (readonly string[])[] {
  const entries = Object.values(unzipSync(readFileSync(path)));
  const [content] = entries;
  if (content === undefined || entries.length !== 1) throw new Error(`market data: ${path} does not hold one file`);
  return strFromU8(content)
    .split('\n')
    .filter((line) => line.trim() !== '')
    .map((line) => line.trim().split(','));
}

/** A number as the files spell it, exponents included, as a plain decimal. */
function plain(text: string | undefined): DecimalString {
  if (text === undefined) throw new Error('market data: a row is too short');
  if (/^\d+(?:\.\d+)?$/.test(text)) return dec(text.replace(/^0+(?=\d)/, ''));
  const value = Number(text);
  if (!Number.isFinite(value)) throw new Error(`market data: not a number: ${text.slice(0, 40)}`);
  return dec(value.toFixed(PRICE_DECIMALS));
}
