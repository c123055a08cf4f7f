/**
 * Computes positions and cash a second time, in another way than the product: sums in SQL, cost and profit with whole
 * numbers of 10⁻¹² (BigInt) over the trades that stand, profit from the cash that they moved.
 */
import type { Driver, Row } from '../../src/persistence/driver';

/** Says where the tables of positions and cash differ from the second computation. */
export async function disagreements(driver: Driver): Promise<readonly string[]> {
  const sums = await driver.transaction(async (tx) => {
    await tx.script('SET LOCAL statement_timeout = 0');
    return [
      ...(await tx.query(QUANTITIES)).map((row) => `${text(row, 'account')} ${text(row, 'symbol')}: quantity or fees`),
      ...(await tx.query(CASH)).map((row) => `${text(row, 'account')} ${text(row, 'currency')}: cash`),
    ];
  });
  const accounts = await driver.query('SELECT account, position_mode FROM accounts ORDER BY account');
  const paths: string[] = [];
  for (const row of accounts)
    paths.push(...(await wrongPaths(driver, text(row, 'account'), row['position_mode'] === 'HEDGING')));
  return [...sums, ...paths];
}

const SIGNED = `CASE WHEN side = 'BUY' THEN quantity ELSE -quantity END`;
const QUANTITIES = `
WITH sums AS (
  SELECT account, symbol, sum(${SIGNED}) AS quantity, COALESCE(sum(${SIGNED}) FILTER (WHERE settled), 0) AS settled
  FROM executions GROUP BY account, symbol
), paid AS (
  SELECT account, symbol, jsonb_object_agg(fee_currency, fee) AS fees FROM (
    SELECT account, symbol, fee_currency, sum(fee) AS fee FROM executions GROUP BY account, symbol, fee_currency) AS f
  GROUP BY account, symbol
)
SELECT account, symbol FROM sums JOIN paid USING (account, symbol)
FULL JOIN (SELECT account COLLATE "default" AS account, symbol COLLATE "default" AS symbol, quantity AS held,
    settled_quantity AS held_settled, fees AS held_fees FROM positions) AS p USING (account, symbol)
WHERE (quantity, settled) IS DISTINCT FROM (held, held_settled) OR EXISTS (
  SELECT 1 FROM jsonb_each_text(fees) AS f WHERE f.value::numeric <> COALESCE((held_fees->>f.key)::numeric, 0))`;
const CASH = `
WITH flows AS (
  SELECT account, currency, -(${SIGNED}) * price * multiplier AS amount, settled FROM executions
  UNION ALL SELECT account, fee_currency, -fee, settled FROM executions
  UNION ALL SELECT account COLLATE "default", currency COLLATE "default", amount, true FROM opening_cash
), sums AS (
  SELECT account, currency, sum(amount) AS booked, COALESCE(sum(amount) FILTER (WHERE settled), 0) AS settled
  FROM flows GROUP BY account, currency
)
SELECT account, currency FROM sums
FULL JOIN (SELECT account COLLATE "default" AS account, currency COLLATE "default" AS currency, booked AS held,
    settled AS held_settled FROM cash) AS c USING (account, currency)
WHERE (booked, settled) IS DISTINCT FROM (held, held_settled)`;

const STANDING = `
SELECT symbol, side, position_effect, quantity, price, multiplier FROM executions e
WHERE account = $1 AND reverses IS NULL AND NOT EXISTS (
  SELECT 1 FROM executions r WHERE r.account = $1 AND r.reverses = e.exec_id AND r.order_id = e.order_id)
ORDER BY symbol, place, exec_id`;

/** Quantity, cost and money moved of one leg, in 10⁻¹². */
interface Leg {
  quantity: bigint;
  cost: bigint;
  moved: bigint;
}

async function wrongPaths(driver: Driver, account: string, hedges: boolean): Promise<readonly string[]> {
  const legs = new Map<string, Leg>();
  const legOf = (symbol: string, leg: string): Leg => {
    const found = legs.get(`${symbol} ${leg}`) ?? { quantity: 0n, cost: 0n, moved: 0n };
    legs.set(`${symbol} ${leg}`, found);
    return found;
  };
  for (const row of await driver.query(STANDING, [account])) {
    const symbol = text(row, 'symbol');
    const signed = (row['side'] === 'BUY' ? 1n : -1n) * whole(row, 'quantity');
    const unit = (whole(row, 'price') * whole(row, 'multiplier')) / ONE;
    if (!hedges) {
      move(legOf(symbol, 'net'), signed, unit);
      continue;
    }
    const [own, other] = signed > 0n ? (['long', 'short'] as const) : (['short', 'long'] as const);
    const opposite = legOf(symbol, other);
    const opens = row['side'] === 'SELL_SHORT' || row['position_effect'] === 'OPEN';
    const closing = opens ? 0n : signed > 0n ? least(signed, -opposite.quantity) : -least(-signed, opposite.quantity);
    move(opposite, closing, unit);
    move(legOf(symbol, own), signed - closing, unit);
  }
  const held = await driver.query('SELECT * FROM positions WHERE account = $1', [account]);
  return held.flatMap((row) => {
    const symbol = text(row, 'symbol');
    const own = hedges ? [legOf(symbol, 'long'), legOf(symbol, 'short')] : [legOf(symbol, 'net')];
    const cost = own.reduce((sum, leg) => sum + leg.cost, 0n);
    const profit = own.reduce((sum, leg) => sum + leg.moved, cost);
    const told = row['legs'] as { long: { cost: string }; short: { cost: string } } | null;
    const legCosts = told === null ? [text(row, 'cost')] : [told.long.cost, told.short.cost];
    const agrees =
      cost === whole(row, 'cost') &&
      profit === whole(row, 'realized_pnl') &&
      own.every((leg, index) => leg.cost === scaled(legCosts[index] ?? ''));
    return agrees ? [] : [`${account} ${symbol}: cost or profit`];
  });
}

/** A trade through zero is two: what closes, and what opens. */
function move(leg: Leg, signed: bigint, unit: bigint): void {
  const closes = leg.quantity !== 0n && signed > 0n !== leg.quantity > 0n;
  const closing = closes ? (abs(signed) < abs(leg.quantity) ? signed : -leg.quantity) : 0n;
  if (closing !== 0n) leg.cost -= halfEven(leg.cost * abs(closing), abs(leg.quantity));
  leg.quantity += signed;
  leg.cost += ((signed - closing) * unit) / ONE;
  leg.moved -= (signed * unit) / ONE;
}

const ONE = 10n ** 12n;
const abs = (value: bigint): bigint => (value < 0n ? -value : value);
const least = (a: bigint, b: bigint): bigint => (a < b ? a : b);

function halfEven(dividend: bigint, divisor: bigint): bigint {
  const quotient = dividend / divisor;
  const twice = abs(dividend % divisor) * 2n;
  const up = twice > divisor || (twice === divisor && quotient % 2n !== 0n);
  return up ? quotient + (dividend < 0n ? -1n : 1n) : quotient;
}

function scaled(decimal: string): bigint {
  const [integer = '', fraction = ''] = decimal.split('.');
  if (fraction.length > 12 && /[1-9]/.test(fraction.slice(12))) throw new Error(`${decimal} is finer than 10⁻¹²`);
  return BigInt(integer + fraction.slice(0, 12).padEnd(12, '0'));
}

const text = (row: Row, column: string): string => row[column] as string;
const whole = (row: Row, column: string): bigint => scaled(text(row, column));
