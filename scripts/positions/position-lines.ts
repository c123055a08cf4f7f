/** Shows valued accounts as lines of text. */
import type { Figure } from '../../src/domain/figure';
import { isZero } from '../../src/domain/money';
import type { AccountTotals, ValuedAccount, ValuedPosition } from '../../src/domain/pnl';
import { table } from '../table';

/** One block per account: positions, cash, totals. */
export function positionLines(accounts: readonly ValuedAccount[]): readonly string[] {
  return accounts.flatMap((account) => {
    const { mode, baseCurrency = 'no base currency', positions, cash } = account;
    return [
      `${account.account} (${mode.toLowerCase()}, ${baseCurrency})`,
      ...indented(positions.length === 0 ? [['no position']] : positionRows(positions)),
      '',
      ...indented([
        ['cash', 'booked', 'settled', 'unsettled'],
        ...cash.map(({ currency, booked, settled, unsettled }) => [currency, booked, settled, unsettled]),
      ]),
      '',
      ...indented(totalRows(account.totals)),
      '',
    ];
  });
}

function positionRows(positions: readonly ValuedPosition[]): readonly (readonly string[])[] {
  const head = ['symbol', 'quantity', 'settled', 'average', 'mark', 'value', 'realized', 'unrealized', '', 'fees'];
  return [
    head,
    ...positions.flatMap((position) => {
      const fees = Object.entries(position.fees)
        .filter(([, paid]) => !isZero(paid))
        .map(([currency, paid]) => `${paid} ${currency}`)
        .join(', ');
      return position.legs.map((leg, index) => [
        leg.leg === 'NET' ? position.symbol : `${position.symbol} ${leg.leg.toLowerCase()}`,
        ...[
          leg.quantity,
          leg.leg === 'NET' ? position.settledQuantity : '',
          leg.averagePrice,
          leg.mark === undefined ? '' : inRow(leg.mark),
        ],
        ...[inRow(leg.marketValue), leg.realizedPnl, inRow(leg.unrealizedPnl), position.currency],
        index === 0 ? fees : '',
      ]);
    }),
  ];
}

function totalRows(totals: AccountTotals): readonly (readonly string[])[] {
  const named: readonly (readonly [string, Figure])[] = [
    ['cash', totals.cash],
    ['market value', totals.marketValue],
    ['equity', totals.equity],
    ['realized', totals.realizedPnl],
    ['unrealized', totals.unrealizedPnl],
    ['fees', totals.fees],
    ['net profit', totals.netPnl],
  ];
  return named.map(([name, figure]) => [name, text(figure)]);
}

/** A figure beside its symbol: only a mark can be missing there. */
const inRow = (figure: Figure): string => (figure.known ? figure.amount : 'no mark');

/** The amount, or in few words why there is none. */
function text(figure: Figure): string {
  if (figure.known) return figure.amount;
  const since = figure.lastAtMs === undefined ? '' : ` since ${new Date(figure.lastAtMs).toISOString()}`;
  switch (figure.why) {
    case 'NO_QUOTE':
      return `no mark of ${figure.what}`;
    case 'STALE_QUOTE':
      return `no mark of ${figure.what}${since}`;
    case 'NO_PRICE':
      return `no price of ${figure.what} on that side`;
    case 'NO_RATE':
      return `no rate ${figure.what}`;
    case 'STALE_RATE':
      return `no rate ${figure.what}${since}`;
    case 'NO_BASE_CURRENCY':
      return 'no base currency';
  }
}

const indented = (rows: readonly (readonly string[])[]): readonly string[] => table(rows).map((line) => `  ${line}`);
