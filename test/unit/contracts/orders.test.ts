import fc from 'fast-check';
import { z } from 'zod';
import {
  orderChangeSchema,
  orderChangeShape,
  orderRequestSchema,
  orderRequestShape,
  parseExecutionReport,
} from '../../../src/contracts/orders';
import { checkRequest } from '../../../src/domain/request-validation';
import { request } from '../domain/trading-fixtures';

type Fields = Record<string, unknown>;

describe('order requests', () => {
  test('the schema says what the domain says, with its violation in each issue', () => {
    const raw = { ...request(), quantity: '-1', colour: 'red', metadata: { a: 1 } };
    const checked = checkRequest(raw);
    const issues = orderRequestSchema.safeParse(raw).error?.issues ?? [];
    expect(issues.map((issue) => ('params' in issue ? issue.params?.['violation'] : undefined) as unknown)).toEqual(
      checked.ok ? [] : checked.violations,
    );
    expect(issues.map(({ path }) => path)).toEqual([['colour'], ['quantity'], ['metadata', 'a']]);
  });

  test('a good request and a good change come back canonical', () => {
    expect(orderRequestSchema.parse({ ...request(), quantity: '1.50' })).toEqual({ ...request(), quantity: '1.5' });
    expect(orderChangeSchema.parse({ quantity: '1.50' })).toEqual({ quantity: '1.5' });
    expect(orderChangeSchema.safeParse({}).success).toBe(false);
  });

  test('what the domain accepts, the documented shape accepts', () => {
    const sometimes = <T>(arbitrary: fc.Arbitrary<T>): fc.Arbitrary<T | undefined> =>
      fc.option(arbitrary, { nil: undefined });
    const decimal = fc.constantFrom('1', '0.5', '644.10', '999999999999999999', '-1', '0', 'x');
    const id = fc.constantFrom('a', 'a/b', '', '..', 'A_b.c-9');
    const raw = fc.record({
      clientOrderId: id,
      account: id,
      strategy: id,
      symbol: fc.constantFrom('AAPL', 'BRK.B', 'aapl'),
      side: fc.constantFrom('BUY', 'SELL', 'SELL_SHORT', 'HOLD'),
      type: fc.constantFrom('MARKET', 'LIMIT'),
      quantity: decimal,
      limitPrice: sometimes(decimal),
      timeInForce: fc.constantFrom('DAY', 'GTD', 'IOC'),
      expireAtMs: sometimes(fc.constantFrom(1, 0, 1.5)),
      routing: sometimes(fc.constantFrom('VENUE', 'FASTEST', 'SLOWEST')),
      venue: sometimes(id),
      metadata: sometimes(fc.dictionary(fc.string(), fc.string(), { maxKeys: 2 })),
    });
    let accepted = 0;
    fc.assert(
      fc.property(raw, (given) => {
        const fields = JSON.parse(JSON.stringify(given)) as Fields;
        if (!checkRequest(fields).ok) return;
        accepted += 1;
        expect(orderRequestShape.safeParse(fields).error).toBeUndefined();
      }),
      { numRuns: 20_000 },
    );
    expect(accepted).toBeGreaterThan(0);
  });

  test('the shapes become JSON schemas that refuse unknown fields', () => {
    const schema = z.toJSONSchema(orderRequestShape);
    expect(schema).toMatchObject({
      additionalProperties: false,
      properties: { side: { enum: ['BUY', 'SELL', 'SELL_SHORT'] } },
    });
    expect(schema.required).toEqual([
      'clientOrderId',
      'account',
      'strategy',
      'symbol',
      'side',
      'type',
      'quantity',
      'timeInForce',
    ]);
    expect(z.toJSONSchema(orderChangeShape)).toMatchObject({ additionalProperties: false });
  });
});

describe('execution reports', () => {
  const report: Fields = {
    venue: 'SIMX',
    venueAccount: 'HOUSE',
    sequence: 7,
    execId: 'X-7',
    execType: 'TRADE',
    clientOrderId: 'abc-0',
    venueOrderId: 'V1',
    symbol: 'AAPL',
    side: 'BUY',
    orderQuantity: '100',
    cumQuantity: '40',
    leavesQuantity: '60',
    lastQuantity: '40.0',
    lastPrice: '644.10',
    liquidity: 'MAKER',
    fee: '-0.50',
    feeCurrency: 'USD',
    transactTimeMs: 1_401_976_800_000,
  };
  const fields = (raw: unknown): readonly string[] => {
    const checked = parseExecutionReport(raw);
    return checked.ok ? [] : checked.violations.map(({ code, field }) => `${code} ${field}`);
  };

  test('a report comes back canonical, without fields that we do not know', () => {
    expect(parseExecutionReport({ ...report, news: 1, reason: undefined })).toStrictEqual({
      ok: true,
      report: { ...report, lastQuantity: '40', lastPrice: '644.1', fee: '-0.5' },
    });
  });

  test('an order of another system has no client order id', () => {
    expect(fields({ ...report, clientOrderId: '' })).toEqual([]);
  });

  test('a fill is not lost for an ugly sentence', () => {
    const checked = parseExecutionReport({ ...report, text: `\u0000${'x'.repeat(5_000)}` });
    const said = checked.ok ? checked.report.text : undefined;
    expect(said).toHaveLength(1024);
    expect(said).toMatch(/^\uFFFDx+…$/);
  });

  test.each<[string, Fields, readonly string[]]>([
    ['an unknown kind', { execType: 'MAGIC' }, ['execType']],
    ['a number as decimal', { cumQuantity: 40 }, ['cumQuantity']],
    ['NaN', { lastPrice: 'NaN' }, ['lastPrice']],
    ['a negative quantity', { leavesQuantity: '-1' }, ['leavesQuantity']],
    ['a trade of nothing', { lastQuantity: '0' }, ['lastQuantity']],
    ['a trade without price', { lastPrice: undefined }, ['lastPrice']],
    ['a free limit', { limitPrice: '0' }, ['limitPrice']],
    ['too many digits', { orderQuantity: '1234567890123456789' }, ['orderQuantity']],
    ['no execution id', { execId: '' }, ['execId']],
    ['a NUL in an id', { execId: 'a\u0000' }, ['execId']],
    ['a negative sequence', { sequence: -1 }, ['sequence']],
    ['half a millisecond', { transactTimeMs: 0.5 }, ['transactTimeMs']],
    ['a bust of nothing', { execType: 'TRADE_CANCEL' }, ['execRefId']],
    ['a correction of nothing', { execType: 'TRADE_CORRECT' }, ['execRefId']],
    ['a slash in the venue', { venue: 'a/b' }, ['venue']],
  ])('refuses %s', (_name, change, expected) => {
    expect(fields({ ...report, ...change })).toEqual(expected.map((field) => `REPORT_FORMAT ${field}`));
  });

  test.each(['sequence', 'transactTimeMs'])('a negative zero as %s is a zero', (field) => {
    const checked = parseExecutionReport({ ...report, [field]: -0 });
    expect(checked).toMatchObject({ ok: true, report: { [field]: 0 } });
  });

  test('anything at all gets an answer', () => {
    const hostile = Object.defineProperty({ ...report }, 'venue', {
      enumerable: true,
      get: () => {
        throw new Error('no');
      },
    });
    expect(fields(hostile)).toEqual(['REPORT_FORMAT ']);
    fc.assert(
      fc.property(
        fc.oneof(fc.anything(), fc.dictionary(fc.constantFrom(...Object.keys(report)), fc.anything())),
        (raw) => {
          const given = typeof raw === 'object' && raw !== null && !Array.isArray(raw) ? { ...report, ...raw } : raw;
          const checked = parseExecutionReport(given);
          const again = checked.ok ? parseExecutionReport(JSON.parse(JSON.stringify(checked.report))) : checked;
          expect(again).toStrictEqual(checked);
        },
      ),
      { numRuns: 300 },
    );
  });
});
