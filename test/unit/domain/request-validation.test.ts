import fc from 'fast-check';
import { dec } from '../../../src/domain/money';
import { checkAgainstInstrument, checkChange, checkRequest } from '../../../src/domain/request-validation';
import { SHOWN_MAX } from '../../../src/domain/violations';
import { instrument, MARKET_MS, marketRequest, request } from './trading-fixtures';

type Fields = Record<string, unknown>;

/** `<code> <field>` of each violation, in order. */
function broken(raw: unknown): readonly string[] {
  const checked = checkRequest(raw);
  return checked.ok ? [] : checked.violations.map(({ code, field }) => `${code} ${field}`);
}
const limit = (change: Fields = {}): Fields => ({ ...request(), ...change });
const without = (field: string, fields: Fields = limit()): Fields =>
  Object.fromEntries(Object.entries(fields).filter(([name]) => name !== field));

describe('requests', () => {
  test('a full request comes back with canonical decimals and the fields that it had', () => {
    const raw = limit({
      quantity: '1.50',
      limitPrice: '644.10',
      routing: 'VENUE',
      venue: 'SIMX',
      positionEffect: 'CLOSE',
      parent: 'p',
      metadata: { desk: 'a' },
    });
    expect(checkRequest(raw)).toEqual({ ok: true, request: { ...raw, quantity: '1.5', limitPrice: '644.1' } });
  });

  test('an absent optional field stays absent, also when given as undefined', () => {
    const checked = checkRequest({ ...marketRequest(), stopPrice: undefined });
    expect(checked).toStrictEqual({ ok: true, request: marketRequest() });
  });

  test.each([
    [limit({ type: 'STOP', limitPrice: undefined, stopPrice: '650' })],
    [limit({ type: 'STOP_LIMIT', stopPrice: '640' })],
    [limit({ timeInForce: 'GTD', expireAtMs: MARKET_MS })],
    [limit({ timeInForce: 'FOK', routing: 'WEIGHTED' })],
    [limit({ timeInForce: 'GTX' })],
    ...(['AT_THE_OPEN', 'AT_THE_CLOSE'] as const).flatMap((timeInForce) => [
      [limit({ timeInForce })],
      [limit({ timeInForce, type: 'MARKET', limitPrice: undefined })],
    ]),
    [limit({ quantity: '0.000000000000000001' })],
    [limit({ quantity: '123456789012345678' })],
    [limit({ clientOrderId: 'a'.repeat(64), symbol: 'BRK.B' })],
    [
      limit({
        metadata: Object.fromEntries(
          [...Array(16).keys()].map((key) => [String(key).padEnd(64, 'k'), 'v'.repeat(256)]),
        ),
      }),
    ],
  ])('accepts %j', (raw) => {
    expect(broken(raw)).toEqual([]);
  });

  test.each<[string, unknown, readonly string[]]>([
    ['null', null, ['REQUEST_NOT_OBJECT order']],
    ['an array', [], ['REQUEST_NOT_OBJECT order']],
    ['a text', '{}', ['REQUEST_NOT_OBJECT order']],
    ['a slash in an id', limit({ account: 'a/b' }), ['ID_FORMAT account']],
    ['an empty id', limit({ clientOrderId: '' }), ['ID_FORMAT clientOrderId']],
    ['a long id', limit({ clientOrderId: 'a'.repeat(65) }), ['ID_FORMAT clientOrderId']],
    ['an id that a URL path swallows', limit({ clientOrderId: '..' }), ['ID_FORMAT clientOrderId']],
    ['an id with a line end', limit({ strategy: 'a\n' }), ['ID_FORMAT strategy']],
    ['a number as id', limit({ clientOrderId: 7 }), ['ID_FORMAT clientOrderId']],
    ['a small symbol', limit({ symbol: 'aapl' }), ['SYMBOL_FORMAT symbol']],
    ['an unknown side', limit({ side: 'HOLD' }), ['VALUE_NOT_ALLOWED side']],
    ['an unknown position effect', limit({ positionEffect: 'ROLL' }), ['VALUE_NOT_ALLOWED positionEffect']],
    [
      'a short sale that closes',
      limit({ side: 'SELL_SHORT', positionEffect: 'CLOSE' }),
      ['VALUE_NOT_ALLOWED positionEffect'],
    ],
    ['a side of the prototype', limit({ side: 'constructor' }), ['VALUE_NOT_ALLOWED side']],
    ['an unknown type: prices are not judged by it', limit({ type: 'PEGGED' }), ['VALUE_NOT_ALLOWED type']],
    ['NaN', limit({ quantity: 'NaN' }), ['DECIMAL_FORMAT quantity']],
    ['an infinity', limit({ quantity: 'Infinity' }), ['DECIMAL_FORMAT quantity']],
    ['an exponent', limit({ quantity: '1e400' }), ['DECIMAL_FORMAT quantity']],
    ['a number', limit({ quantity: 100 }), ['DECIMAL_FORMAT quantity']],
    ['a plus', limit({ limitPrice: '+1' }), ['DECIMAL_FORMAT limitPrice']],
    ['a blank', limit({ limitPrice: ' 1' }), ['DECIMAL_FORMAT limitPrice']],
    ['a leading zero', limit({ limitPrice: '01' }), ['DECIMAL_FORMAT limitPrice']],
    ['a bare point', limit({ limitPrice: '.5' }), ['DECIMAL_FORMAT limitPrice']],
    ['too many characters', limit({ quantity: `1.${'0'.repeat(60)}` }), ['DECIMAL_FORMAT quantity']],
    ['too many digits', limit({ quantity: '1234567890123456789' }), ['DECIMAL_FORMAT quantity']],
    ['too many places', limit({ quantity: '0.0000000000000000001' }), ['DECIMAL_FORMAT quantity']],
    ['a negative', limit({ quantity: '-1' }), ['DECIMAL_NOT_POSITIVE quantity']],
    ['a zero', limit({ quantity: '0.00' }), ['DECIMAL_NOT_POSITIVE quantity']],
    ['a negative zero', limit({ limitPrice: '-0' }), ['DECIMAL_NOT_POSITIVE limitPrice']],
    ['LIMIT without its price', without('limitPrice'), ['FIELD_MISSING limitPrice']],
    ['LIMIT with a stop', limit({ stopPrice: '1' }), ['FIELD_FORBIDDEN stopPrice']],
    ['MARKET with a price', limit({ type: 'MARKET' }), ['FIELD_FORBIDDEN limitPrice']],
    ['STOP without its stop', limit({ type: 'STOP', limitPrice: undefined }), ['FIELD_MISSING stopPrice']],
    [
      'STOP_LIMIT without both',
      limit({ type: 'STOP_LIMIT', limitPrice: undefined }),
      ['FIELD_MISSING limitPrice', 'FIELD_MISSING stopPrice'],
    ],
    ['GTD without its end', limit({ timeInForce: 'GTD' }), ['FIELD_MISSING expireAtMs']],
    ['DAY with an end', limit({ expireAtMs: MARKET_MS }), ['FIELD_FORBIDDEN expireAtMs']],
    ['half a millisecond', limit({ timeInForce: 'GTD', expireAtMs: 1.5 }), ['TIME_FORMAT expireAtMs']],
    ['a time beyond dates', limit({ timeInForce: 'GTD', expireAtMs: 8.64e15 + 2 }), ['TIME_FORMAT expireAtMs']],
    ['a time as text', limit({ timeInForce: 'GTD', expireAtMs: '2014' }), ['TIME_FORMAT expireAtMs']],
    ['a market order that must rest', { ...marketRequest(), timeInForce: 'GTX' }, ['VALUE_NOT_ALLOWED timeInForce']],
    ...(['GTX', 'AT_THE_OPEN', 'AT_THE_CLOSE'] as const).map((timeInForce): [string, unknown, readonly string[]] => [
      `a stop ${timeInForce}`,
      limit({ type: 'STOP_LIMIT', stopPrice: '640', timeInForce }),
      ['VALUE_NOT_ALLOWED timeInForce'],
    ]),
    [
      'an order for the close with an end',
      limit({ timeInForce: 'AT_THE_CLOSE', expireAtMs: MARKET_MS }),
      ['FIELD_FORBIDDEN expireAtMs'],
    ],
    ['routing VENUE without venue', limit({ routing: 'VENUE' }), ['FIELD_MISSING venue']],
    ['an unknown field', limit({ qty: '1' }), ['FIELD_UNKNOWN qty']],
    ['metadata as text', limit({ metadata: 'x' }), ['METADATA_LIMIT metadata']],
    ['metadata with a number', limit({ metadata: { a: 1 } }), ['METADATA_LIMIT metadata.a']],
    ['metadata with a NUL', limit({ metadata: { a: '\u0000' } }), ['METADATA_LIMIT metadata.a']],
    ['metadata with half a pair', limit({ metadata: { a: '\ud800' } }), ['METADATA_LIMIT metadata.a']],
    ['metadata too long', limit({ metadata: { a: 'x'.repeat(257) } }), ['METADATA_LIMIT metadata.a']],
    [
      'metadata with a prototype',
      JSON.parse(JSON.stringify(limit()).replace('{', '{"metadata":{"__proto__":"x"},')),
      ['METADATA_LIMIT metadata'],
    ],
    [
      'metadata too much',
      limit({ metadata: Object.fromEntries([...Array(17).keys()].map((key) => [String(key), ''])) }),
      ['METADATA_LIMIT metadata'],
    ],
  ])('refuses %s', (_name, raw, expected) => {
    expect(broken(raw)).toEqual(expected);
  });

  test('everything that is wrong is reported, not only the first', () => {
    expect(broken({ quantity: '-1', type: 'MARKET', limitPrice: 'x', side: 1, colour: 'red' })).toEqual([
      'FIELD_UNKNOWN colour',
      'FIELD_MISSING clientOrderId',
      'FIELD_MISSING account',
      'FIELD_MISSING strategy',
      'FIELD_MISSING symbol',
      'VALUE_NOT_ALLOWED side',
      'DECIMAL_NOT_POSITIVE quantity',
      'DECIMAL_FORMAT limitPrice',
      'FIELD_MISSING timeInForce',
      'FIELD_FORBIDDEN limitPrice',
    ]);
  });

  test('a thousand unknown fields make a short answer that counts them', () => {
    const raw = limit(Object.fromEntries([...Array(1000).keys()].map((key) => [`x${String(key)}`, key])));
    const checked = checkRequest(raw);
    expect(checked).toMatchObject({ ok: false });
    expect(broken(raw)).toHaveLength(11);
    expect(JSON.stringify(checked)).toContain('and 990 more');
  });

  test('a shown value is cut to 80 characters and cannot forge a line', () => {
    const checked = checkRequest(limit({ symbol: `\n${'é'.repeat(500)}` }));
    const value = checked.ok ? '' : (checked.violations[0]?.value ?? '');
    expect(value).toHaveLength(SHOWN_MAX);
    expect(value).toMatch(/^\uFFFDé+…$/);
  });

  test('a getter that throws is refused like anything else', () => {
    const hostile = Object.defineProperty(limit(), 'symbol', {
      enumerable: true,
      get: () => {
        throw new Error('no');
      },
    });
    expect(broken(hostile)).toEqual(['REQUEST_NOT_OBJECT order']);
  });

  test('fields of the prototype do not count', () => {
    expect(broken(Object.create(limit()) as unknown)).toContain('FIELD_MISSING symbol');
  });

  test('any value at all gets an answer, and what passes once passes again unchanged', () => {
    const mostly = fc.record(
      {
        ...Object.fromEntries(
          Object.keys(limit()).map((field) => [field, fc.oneof(fc.constant(limit()[field]), fc.anything())]),
        ),
        stopPrice: fc.anything(),
        metadata: fc.anything(),
      },
      { requiredKeys: [] },
    );
    fc.assert(
      fc.property(fc.oneof(fc.anything(), mostly), (raw) => {
        const checked = checkRequest(raw);
        if (!checked.ok)
          return checked.violations.length > 0 && checked.violations.every(({ value }) => value.length <= SHOWN_MAX);
        expect(checkRequest(JSON.parse(JSON.stringify(checked.request)))).toStrictEqual(checked);
        return true;
      }),
      { numRuns: 500 },
    );
  });
});

describe('changes', () => {
  test('a change comes back canonical, with what it names only', () => {
    expect(checkChange({ quantity: '5.0', limitPrice: undefined })).toStrictEqual({
      ok: true,
      change: { quantity: '5' },
    });
  });

  test.each<[unknown, string]>([
    [{}, 'CHANGE_EMPTY'],
    [{ quantity: '0' }, 'DECIMAL_NOT_POSITIVE'],
    [{ limitPrice: 5 }, 'DECIMAL_FORMAT'],
    [{ stopPrice: null }, 'DECIMAL_FORMAT'],
    [{ quantity: '1', side: 'SELL' }, 'FIELD_UNKNOWN'],
    [7, 'REQUEST_NOT_OBJECT'],
  ])('refuses %j with %s', (raw, code) => {
    const checked = checkChange(raw);
    expect(checked.ok ? [] : checked.violations.map((one) => one.code)).toEqual([code]);
  });
});

describe('rules of the instrument', () => {
  test('a request that fits breaks none', () => {
    expect(checkAgainstInstrument(request({ venue: 'SIMX' }), instrument(), MARKET_MS)).toEqual([]);
  });

  test.each([
    ['PRICE_TICK', { limitPrice: dec('644.105') }, {}],
    ['PRICE_TICK', { type: 'STOP_LIMIT', stopPrice: dec('644.105') }, {}],
    ['QUANTITY_LOT', { quantity: dec('100.5') }, {}],
    ['QUANTITY_MIN', { quantity: dec('4') }, { minQuantity: dec('5') }],
    ['QUANTITY_MAX', { quantity: dec('6') }, { maxQuantity: dec('5') }],
    ['NOTIONAL_MIN', { quantity: dec('1') }, { minNotional: dec('644.11') }],
    ['NOTIONAL_MIN', { quantity: dec('1') }, { minNotional: dec('64.42'), multiplier: dec('0.1') }],
    ['EXPIRE_PAST', { timeInForce: 'GTD', expireAtMs: MARKET_MS }, {}],
    ['VENUE_NOT_LISTED', { venue: 'ELSEWHERE' }, {}],
  ] as const)('%s: request %j of instrument %j', (code, change, rules) => {
    const codes = checkAgainstInstrument(request(change), instrument(rules), MARKET_MS).map((one) => one.code);
    expect(codes).toEqual([code]);
  });

  test.each([
    [{ quantity: dec('5') }, { minQuantity: dec('5'), maxQuantity: dec('5') }],
    [{ quantity: dec('1') }, { minNotional: dec('644.1') }],
    [
      { quantity: dec('0.3'), limitPrice: dec('0.7') },
      { lotSize: dec('0.1'), minQuantity: dec('0.1'), tickSize: dec('0.1') },
    ],
    [{ timeInForce: 'GTD', expireAtMs: MARKET_MS + 1 }, {}],
  ] as const)('at the edge: request %j of instrument %j passes', (change, rules) => {
    expect(checkAgainstInstrument(request(change), instrument(rules), MARKET_MS)).toEqual([]);
  });
});
