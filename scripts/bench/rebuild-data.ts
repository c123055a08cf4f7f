/** Fills an empty database with executions of many accounts, made by the database itself from a seed. */
import { dec } from '../../src/domain/money';
import type { Driver } from '../../src/persistence/driver';
import { SqlOrderStore } from '../../src/persistence/order-store';

const ACCOUNTS = 100;
/** Contract multipliers of the symbols S0, S1, …: shares, futures, and a contract on a part. */
const MULTIPLIERS = ['1', '50', '0.001', '1', '20', '1', '1000', '1', '0.1', '1'] as const;
/** Every tenth account keeps legs. */
const HEDGING_EVERY = 10;

/**
 * Writes `count` trades and, of some, the opposite (1 in 100) or opposite and new form of a correction (1 in 200). Cash and
 * positions stay as they are before the first trade: the rebuild makes them.
 */
export async function fillWithExecutions(driver: Driver, count: number, seed: number): Promise<void> {
  const store = new SqlOrderStore(driver);
  const limits = { priceCollarPercent: dec('10'), maxOrderValue: dec('1'), maxPosition: dec('1') };
  await store.saveInstruments(
    MULTIPLIERS.map((multiplier, index) => ({
      ...{ symbol: `S${String(index)}`, currency: index % 2 === 0 ? 'USD' : 'EUR', multiplier: dec(multiplier) },
    })),
  );
  await store.saveAccounts(
    Array.from({ length: ACCOUNTS }, (_, index) => ({
      ...{ account: `A${String(index)}`, status: 'ACTIVE', shortSellingAllowed: true },
      limits: { ...limits, maxOpenOrders: 1, maxQuoteAgeMs: 1 },
      openingCash: { USD: dec('1000000.50'), EUR: dec('0.01') },
      ...(index % HEDGING_EVERY === 0 ? { positionMode: 'HEDGING' as const } : {}),
    })),
  );
  await driver.transaction(async (tx) => {
    await tx.script('SET LOCAL statement_timeout = 0');
    await tx.query(TRADES, [count, ACCOUNTS * MULTIPLIERS.length, MULTIPLIERS.length, String(seed)]);
    await tx.script(TAKEN_BACK);
    await tx.script(CORRECTED);
  });
  await driver.script('ANALYZE');
}

const COLUMNS = `venue, venue_account, exec_id, order_id, account, symbol, side, position_effect, quantity, price, multiplier,
  currency, fee, fee_currency, liquidity, at_ms, settle_at_ms, settled, place`;
/** Eight of the hex digits that make each row, as a number from 0. */
const digits = (from: number): string => `('x' || substr(r, ${String(from)}, 7))::bit(28)::int`;

/** Parameters: trades, positions, symbols, seed. Places are ten apart, with room for opposites. */
const TRADES = `
INSERT INTO executions (${COLUMNS})
SELECT 'SIM', 'HOUSE', 'e' || i, 'A' || p / $3 || '/o' || i, 'A' || p / $3, t.symbol,
  (ARRAY['BUY', 'BUY', 'SELL', 'SELL', 'SELL_SHORT'])[1 + ${digits(1)} % 5],
  CASE ${digits(1)} % 16 WHEN 0 THEN 'OPEN' WHEN 1 THEN 'CLOSE' END,
  (1 + ${digits(8)} % 100000) / 1000.0, (1 + ${digits(15)} % 1000000) / 100.0, t.multiplier, t.currency,
  (${digits(8)} % 1000 - 100) / 10000.0, (ARRAY['USD', 'EUR', 'BNB'])[1 + ${digits(22)} % 3], 'TAKER', i, i,
  ${digits(22)} % 10 > 0, 10 * (i / $2 + 1)
FROM (SELECT i, i % $2 AS p, md5($4 || ':' || i) AS r FROM generate_series(1, $1::int) AS i) AS made
JOIN instrument_terms t ON t.symbol = 'S' || p % $3`;

const BACK = `venue, venue_account, exec_id || ':back', order_id, account, symbol, side, position_effect, -quantity, price,
  multiplier, currency, -fee, fee_currency, liquidity, at_ms, settle_at_ms, settled AND at_ms % 3 = 0, place + 25, exec_id`;
const TAKEN_BACK = `INSERT INTO executions (${COLUMNS}, reverses) SELECT ${BACK} FROM executions WHERE at_ms % 100 = 7`;
const CORRECTED = `
INSERT INTO executions (${COLUMNS}, reverses) SELECT ${BACK} FROM executions WHERE at_ms % 200 = 11;
INSERT INTO executions (${COLUMNS})
SELECT venue, venue_account, exec_id || ':new', order_id, account, symbol, side, position_effect, quantity, price + 0.37,
  multiplier, currency, fee, fee_currency, liquidity, at_ms, settle_at_ms, settled, place
FROM executions WHERE at_ms % 200 = 11 AND reverses IS NULL`;
