import type { Driver } from '../../src/persistence/driver';
import type { MarketData } from '../../src/ports/market-data';
import type { MarketClocks } from '../../workers/market-clocks';

/** On a terminal the newest line replaces the one before; elsewhere, lines come less often and stay. */
const EVERY_MS = { terminal: 1_000, plain: 5_000 } as const;
const WIDTH_DEFAULT = 120;

/** What the line is made from. */
export interface Watched {
  readonly database: Driver;
  readonly quotes: MarketData;
  readonly clocks: MarketClocks;
}

/** Shows how a run goes on. */
export class Progress {
  private readonly terminal = process.stdout.isTTY;
  private timer: NodeJS.Timeout | undefined;
  private shown = false;

  /** A line that stays. */
  say(line: string): void {
    this.wipe();
    console.log(line);
  }

  /** Shows the run's state until `end`. */
  follow(watched: Watched): void {
    const show = (): void => {
      stateLine(watched).then(
        (line) => {
          if (this.timer === undefined) return;
          if (!this.terminal) {
            console.log(line);
            return;
          }
          this.wipe();
          process.stdout.write(line.slice(0, (process.stdout.columns || WIDTH_DEFAULT) - 1));
          this.shown = true;
        },
        // The line is a courtesy; what is wrong with the database shows elsewhere.
        () => undefined,
      );
    };
    this.timer = setInterval(show, this.terminal ? EVERY_MS.terminal : EVERY_MS.plain);
  }

  end(): void {
    clearInterval(this.timer);
    this.timer = undefined;
    this.wipe();
  }

  private wipe(): void {
    if (this.shown) process.stdout.write('\r\x1b[K');
    this.shown = false;
  }
}

interface Counts {
  readonly orders: string | number;
  readonly working: string | number;
  readonly fills: string | number;
}

async function stateLine({ database, quotes, clocks }: Watched): Promise<string> {
  const [counts] = await database.query<Counts & Record<string, unknown>>(
    `SELECT count(*) AS orders, count(*) FILTER (WHERE NOT ended) AS working, (SELECT count(*) FROM executions) AS fills FROM orders`,
  );
  const market = (symbol: string, zone: string, place: string): string => {
    const quote = quotes.quote(symbol, 'SIMX');
    const time = new Intl.DateTimeFormat('en-GB', { timeZone: zone, dateStyle: 'short', timeStyle: 'short' }).format(
      clocks.at(symbol),
    );
    return `${symbol} ${quote?.bidPrice ?? '-'}/${quote?.askPrice ?? '-'} ${time} ${place}`;
  };
  const { orders = 0, working = 0, fills = 0 } = counts ?? {};
  const numbers = `${String(orders)} orders, ${String(working)} working, ${String(fills)} fills`;
  return `${numbers} | ${market('AAPL', 'America/New_York', 'New York')} | ${market('BTCUSDT', 'UTC', 'UTC')}`;
}
