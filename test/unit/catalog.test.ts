import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { CatalogError, fxRatesOf, loadCatalog, parseCatalog } from '../../src/catalog';
import { createExchangeCalendars } from '../../src/calendars/exchange-calendars';
import { dec } from '../../src/domain/money';
import { postTradeSettingsOf } from '../../src/post-trade-settings';

type Json = Record<string, unknown>;
type Lists = Record<'instruments' | 'accounts' | 'venues' | 'calendars', Json[]>;

const shipped = resolve(__dirname, '../../config/oms.json');
const raw = (): Lists => JSON.parse(readFileSync(shipped, 'utf8')) as Lists;

function problems(change: (lists: Lists) => void): readonly string[] {
  const lists = raw();
  change(lists);
  try {
    parseCatalog(lists);
  } catch (error) {
    return error instanceof CatalogError ? error.problems : [String(error)];
  }
  return [];
}

test('the catalog that ships is sound and its calendars can be computed with', () => {
  const catalog = loadCatalog(shipped);
  expect(catalog.instruments.map(({ symbol, settlementCycleDays }) => [symbol, settlementCycleDays])).toEqual([
    ['AAPL', 1],
    ['BTCUSDT', 0],
  ]);
  expect(catalog.venues.map(({ venue }) => venue)).toEqual(['SIMX', 'SIMY']);
  expect(catalog.accounts.map(({ account }) => account)).toContain('alpha');
  expect(() => createExchangeCalendars(catalog.calendars)).not.toThrow();
});

test('an account may hedge and have a base currency; it nets when nothing is said', () => {
  const lists = raw();
  Object.assign(lists.accounts[0]!, { positionMode: 'HEDGING', baseCurrency: 'EUR' });
  const [hedging, netting] = parseCatalog(lists).accounts;
  expect(hedging).toMatchObject({ positionMode: 'HEDGING', baseCurrency: 'EUR' });
  expect(netting).not.toHaveProperty('positionMode');
});

test('rates, reference price and volume are read; a pair and its opposite are given once', () => {
  const fxRates = [{ from: 'USDT', to: 'USD', rate: '0.9990' }];
  const lists = raw();
  Object.assign(lists.instruments[0]!, { referencePrice: '640.50', averageDailyVolume: '1000000' });
  const catalog = parseCatalog({ ...lists, fxRates });
  expect(catalog.fxRates).toEqual([{ from: 'USDT', to: 'USD', rate: '0.999' }]);
  expect(catalog.instruments[0]).toMatchObject({ referencePrice: '640.5', averageDailyVolume: '1000000' });
  const rates = fxRatesOf(catalog);
  expect(rates.convert(dec('10'), 'USDT', 'USD', Date.now())).toEqual({ known: true, amount: '9.99' });
  expect(rates.convert(dec('9.99'), 'USD', 'USDT', Date.now())).toEqual({ known: true, amount: '10' });
  expect(fxRatesOf({}).convert(dec('1'), 'USDT', 'USD', 0)).toMatchObject({ known: false });
  const opposite = { from: 'USD', to: 'USDT', rate: '1.001' };
  expect(problems((all) => Object.assign(all, { fxRates: [...fxRates, opposite] }))).toEqual([
    'fxRates = USD/USDT: pair must be given once',
  ]);
  const wrong = { from: 'USD', to: 'USD', rate: '0' };
  expect(problems((all) => Object.assign(all, { fxRates: [wrong] }))).toEqual(
    expect.arrayContaining([expect.stringContaining('fxRates.0.rate'), expect.stringContaining('fxRates.0.to')]),
  );
});

test('what post-trade analysis goes by is read, with owners that exist and share no account', () => {
  const set = { washWindowMs: 1_000, feeTolerance: '0.10', owners: { house: ['alpha', 'maker'] } };
  expect(parseCatalog({ ...raw(), postTrade: set }).postTrade).toEqual({ ...set, feeTolerance: '0.1' });
  expect(postTradeSettingsOf(set as never)).toMatchObject({ washWindowMs: 1_000, layeringMinOrders: 3 });
  const wrong = (postTrade: object) => problems((all) => Object.assign(all, { postTrade }));
  expect(wrong({ owners: { one: ['alpha'], two: ['alpha', 'nobody'] } })).toEqual([
    'postTrade.owners.two.0 = alpha: belongs to one already',
    'postTrade.owners.two.1 = nobody: must be one of alpha, maker',
  ]);
  expect(wrong({ washWindowMs: -1 })).toEqual([expect.stringContaining('postTrade.washWindowMs = -1')]);
  expect(wrong({ feeTolerance: '-1' })).toEqual([expect.stringContaining('must not be negative')]);
  expect(wrong({ washWindow: 1 })).toEqual([expect.stringContaining('washWindow')]);
});

test('the limits of the desk are read with the catalog, whose names their scopes use', () => {
  const entries = [
    { scope: { account: 'alpha', symbol: 'AAPL', venue: 'SIMX' }, limits: { maxOrderQuantity: '10.0' } },
  ];
  const { riskLimits } = parseCatalog({ ...raw(), riskLimits: { version: 'v1', entries } });
  expect(riskLimits?.entries[0]?.limits).toEqual({ maxOrderQuantity: '10' });
  expect(parseCatalog(raw())).not.toHaveProperty('riskLimits');
  expect(
    problems((lists) => {
      lists.accounts.push({ ...lists.accounts[0] });
      Object.assign(lists, {
        riskLimits: {
          version: 'v1',
          entries: [
            { scope: { account: 'nobody' }, limits: { a: 1 } },
            { scope: { account: 'nobody' }, limits: { restricted: true } },
          ],
        },
      });
    }),
  ).toEqual([
    'accounts = alpha: account must be given once',
    'riskLimits.entries.0.limits.a = 1: is no limit; docs/RISK.md has a table of all',
    expect.stringContaining('riskLimits.entries.1.scope.account = nobody: must be one of alpha, maker'),
  ]);
});

test('a price collar that is not set is five percent', () => {
  const lists = raw();
  delete (lists.accounts[0]!['limits'] as Json)['priceCollarPercent'];
  expect(parseCatalog(lists).accounts[0]?.limits.priceCollarPercent).toBe('5');
});

test('decimals come back canonical and own calendars are added', () => {
  const lists = raw();
  lists.instruments[0]!['tickSize'] = '0.010';
  lists.calendars = [
    {
      id: 'XLON',
      zone: 'Europe/London',
      open: '08:00',
      close: '16:30',
      weekdays: [1, 2, 3, 4, 5],
      holidays: [],
      earlyCloses: {},
    },
  ];
  const catalog = parseCatalog(lists);
  expect(catalog.instruments[0]?.tickSize).toBe('0.01');
  expect(catalog.calendars.map(({ id }) => id)).toEqual(['XNYS', 'CRYPTO', 'XLON']);
});

test.each<[string, (lists: Lists) => void, string]>([
  [
    'a position mode that nobody knows',
    (lists) => (lists.accounts[0]!['positionMode'] = 'LIFO'),
    'accounts.0.positionMode = LIFO: ',
  ],
  [
    'a number as decimal',
    (lists) => (lists.instruments[0]!['tickSize'] = 0.01),
    'instruments.0.tickSize = 0.01: must be a plain decimal',
  ],
  [
    'a tick of zero',
    (lists) => (lists.instruments[0]!['tickSize'] = '0'),
    'instruments.0.tickSize = 0: must be above 0',
  ],
  [
    'least quantity off the lot',
    (lists) => (lists.instruments[0]!['minQuantity'] = '1.5'),
    'instruments.0.minQuantity = 1.5: must be a multiple of lotSize',
  ],
  ['most below least', (lists) => (lists.instruments[0]!['maxQuantity'] = '0.5'), 'must not be below minQuantity'],
  [
    'T+3',
    (lists) => (lists.instruments[0]!['settlementCycleDays'] = 3),
    'instruments.0.settlementCycleDays = 3: must be 0, 1 or 2',
  ],
  [
    'a misspelt field',
    (lists) => (lists.accounts[0]!['stauts'] = 'ACTIVE'),
    'accounts.0 = (object): Unrecognized key: "stauts"',
  ],
  ['a missing limit', (lists) => (lists.accounts[0]!['limits'] = {}), 'accounts.0.limits.maxPosition = (missing)'],
  [
    'an account with a slash',
    (lists) => (lists.accounts[0]!['account'] = 'a/b'),
    'accounts.0.account = a/b: 1 to 64 of',
  ],
  [
    'a fit above 1',
    (lists) => (lists.venues[0]!['regulatoryFit'] = '1.1'),
    'venues.0.regulatoryFit = 1.1: must be 0 to 1',
  ],
  [
    'a venue that is not there',
    (lists) => (lists.instruments[1]!['venues'] = ['SIMQ']),
    'instruments.1.venues = SIMQ: must be one of SIMX, SIMY',
  ],
  [
    'a calendar that is not there',
    (lists) => (lists.instruments[0]!['calendarId'] = 'XLON'),
    'instruments.0.calendarId = XLON: must be one of XNYS, CRYPTO',
  ],
  [
    'an account given twice',
    (lists) => (lists.accounts[1]!['account'] = 'alpha'),
    'accounts = alpha: account must be given once',
  ],
  ['no instruments', (lists) => (lists.instruments = []), 'instruments = (array)'],
  [
    'a calendar in no zone',
    (lists) =>
      (lists.calendars = [
        { id: 'X', zone: 'Mars', open: '08:00', close: '16:30', weekdays: [1], holidays: [], earlyCloses: {} },
      ]),
    'zone Mars is not an IANA time zone',
  ],
])('refuses %s, naming path, value and rule', (_name, change, expected) => {
  expect(problems(change).join('\n')).toContain(expected);
});

describe('files', () => {
  const folder = mkdtempSync(join(tmpdir(), 'oms-catalog-test-'));
  afterAll(() => {
    rmSync(folder, { recursive: true });
  });

  test('a file that is missing or no JSON is named in the error', () => {
    const path = join(folder, 'oms.json');
    expect(() => loadCatalog(path)).toThrow(path);
    writeFileSync(path, '{');
    expect(() => loadCatalog(path)).toThrow(path);
  });
});
