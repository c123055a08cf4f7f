import { coinCatalog, coinVenue, SYMBOL } from '../../../scripts/coin';
import { parseSimulatedConfig } from '../../../src/venues/simulated/venue-config';

test('the venue of a command has the market that it is given, and its own latency beside that of the catalog', () => {
  const catalog = coinCatalog({ accounts: ['a', 'b'], makerFeeBps: '-1', takerFeeBps: '2', latencyMs: 7 });
  const market = {
    ...{ bidPrice: '99', bidQuantity: '5', askPrice: '101', askQuantity: '5', lastPrice: '100', volume: '0' },
  };
  const config = parseSimulatedConfig(
    coinVenue({ catalog, ledgerDir: '/ledger', latencyMs: 0, settleTimeMs: 300, market }),
  );
  expect(config).toMatchObject({
    ...{ port: 0, ledgerDir: '/ledger' },
    venues: [{ latencyMs: 0, settleTimeMs: 300, makerFeeBps: '-1', takerFeeBps: '2', liquidityShare: '1' }],
    instruments: [{ symbol: SYMBOL, source: { kind: 'manual', initial: market } }],
  });
  expect(catalog.venues[0]?.latencyMs).toBe(7);
  expect(catalog.accounts.map(({ account }) => account)).toEqual(['a', 'b']);
});
