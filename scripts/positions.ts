/** `npm run positions`: what the accounts hold, with profit and loss, from the database. */
import { Command, Option } from 'commander';
import { FxRates } from '../src/domain/fx-rates';
import { MarkPolicy } from '../src/domain/marks';
import { valuePositions } from '../src/domain/pnl';
import { SqlOrderStore } from '../src/persistence/order-store';
import { openExistingDatabase } from './database/existing-database';
import { wholeNumberAboveZero } from './number-arguments';
import { readMarketFile } from './positions/market-file';
import { positionLines } from './positions/position-lines';

interface Options {
  readonly account?: string;
  readonly json?: true;
  readonly market?: string;
  readonly mark: MarkPolicy;
  readonly maxAge: number;
}

/** Currencies that most others are quoted against. */
const PIVOTS = ['USD', 'EUR', 'USDT'];

async function main(): Promise<void> {
  const options = new Command('positions')
    .description(
      'Show positions, cash and profit from DATABASE_URL or OMS_STATE_DIR. Without a market file there are no marks and no rates.',
    )
    .option('--account <account>', 'only this account')
    .option(
      '--market <file>',
      'JSON {"quotes": [{symbol, bidPrice, askPrice, lastPrice, atMs}], "rates": [{from, to, rate, atMs}]}, prices as strings',
    )
    .addOption(
      new Option('--mark <policy>', 'EXIT: bid for long, ask for short')
        .choices(Object.values(MarkPolicy))
        .default('EXIT'),
    )
    .option('--max-age <seconds>', 'the oldest quote and rate that count', wholeNumberAboveZero, 300)
    .option('--json', 'every figure as JSON')
    .allowExcessArguments(false)
    .showHelpAfterError()
    .parse()
    .opts<Options>();
  const market = options.market === undefined ? { quotes: [], rates: [] } : readMarketFile(options.market);
  const database = await openExistingDatabase(process.env);
  try {
    const book = await new SqlOrderStore(database).book(options.account);
    if (book.accounts.length === 0)
      throw new Error(`there is no account${options.account === undefined ? '' : ` ${options.account}`}`);
    const maxAgeMs = options.maxAge * 1_000;
    const rates = new FxRates(market.rates, { pivots: PIVOTS, maxAgeMs });
    const accounts = valuePositions(book, market.quotes, rates, { policy: options.mark, maxAgeMs }, Date.now());
    if (options.json === true) console.log(JSON.stringify(accounts, undefined, 2));
    else for (const line of positionLines(accounts)) console.log(line);
  } finally {
    await database.close();
  }
}

main().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
});
