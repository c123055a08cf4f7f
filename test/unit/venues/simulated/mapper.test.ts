import {
  isNoList,
  quoteReceived,
  readEach,
  readRefusal,
  readReportPage,
  readReports,
  readStreamMessage,
} from '../../../../src/venues/simulated/mapper';
import { partsOf, RAW_MAX } from '../../../../src/venues/simulated/reading';
import { SequencedReports } from '../../../../src/venues/simulated/sequenced-reports';

const SOURCE = { venue: 'SIMX', venueAccount: 'HOUSE' };
const report = (sequence: number, change: Readonly<Record<string, unknown>> = {}): Record<string, unknown> => ({
  ...{ venue: 'SIMX', venueAccount: 'HOUSE', sequence, execId: `E${String(sequence)}`, execType: 'TRADE' },
  ...{ clientOrderId: 'ABC-0', venueOrderId: 'V1', symbol: 'COIN', side: 'BUY', orderQuantity: '10' },
  ...{ cumQuantity: '4', leavesQuantity: '6', lastQuantity: '4', lastPrice: '90', transactTimeMs: 1_700_000_000_000 },
  ...change,
});
const sequences = (items: readonly { readonly sequence?: number }[] = []): readonly (number | undefined)[] =>
  items.map(({ sequence }) => sequence);

describe('a report that cannot be read', () => {
  test.each([
    ['an unknown kind', { execType: 'PENDING_REVIEW' }, /^execType: /],
    ['a negative fill', { lastQuantity: '-1' }, /^lastQuantity: a fill needs one above 0/],
    ['a fill without a quantity', { lastQuantity: undefined }, /^lastQuantity: /],
    ['a fill at no price', { lastPrice: '0' }, /^lastPrice: a fill needs one above 0/],
    ['a text for a number', { cumQuantity: 'one' }, /^cumQuantity: not a plain decimal/],
    ['a number that is none of ours', { cumQuantity: 4 }, /^cumQuantity: not a decimal in a string/],
    ['a negative total', { cumQuantity: '-4' }, /^cumQuantity: below 0/],
    ['too many decimals', { lastPrice: '90.0000000000000000000000000001' }, /^lastPrice: more digits/],
    ['a price of 0', { limitPrice: '0' }, /^limitPrice: not above 0/],
    ['a missing id', { execId: undefined }, /^execId: /],
    ['an id that no database takes', { execId: 'a\u0000b' }, /^execId: has unprintable/],
    ['a text for the time', { transactTimeMs: 'noon' }, /^transactTimeMs: /],
    ['a bust of nothing', { execType: 'TRADE_CANCEL' }, /^execRefId: TRADE_CANCEL needs one/],
    ['another account', { venueAccount: 'OTHER' }, /^it is of SIMX\/OTHER and came for SIMX\/HOUSE/],
  ])('for %s: its neighbours are read, and it is kept as it came, with why', (_what, change, why) => {
    const bad = JSON.parse(JSON.stringify(report(2, change))) as unknown;
    const { reports, unreadable } = partsOf(readEach([report(1), bad, report(3)], SOURCE));
    expect(sequences(reports)).toEqual([1, 3]);
    expect(unreadable).toEqual([
      expect.objectContaining({ ...SOURCE, sequence: 2, raw: JSON.stringify(bad), clientOrderId: 'ABC-0' }),
    ]);
    expect(unreadable?.[0]?.why).toMatch(why);
  });

  test.each([[null], [7], ['text'], [[]]])('%j is no report, and is kept', (value) => {
    const { reports, unreadable } = partsOf(readEach([value, report(1)], SOURCE));
    expect(sequences(reports)).toEqual([1]);
    // What is no object has no field to name before the colon.
    const why = expect.stringMatching(/^Invalid input: expected object/) as string;
    expect(unreadable).toEqual([{ ...SOURCE, raw: JSON.stringify(value), why }]);
  });

  test('is cut when it is far too long, and says so', () => {
    const { unreadable } = partsOf(readEach([report(1, { cumQuantity: 'x'.repeat(1_000_000) })], SOURCE));
    expect(unreadable?.[0]?.raw).toHaveLength(RAW_MAX);
    expect(unreadable?.[0]?.raw).toMatch(/\(cut off, 1000\d\d\d characters in all\)$/);
  });

  test('a line break in a text spoils nothing', () => {
    const { reports } = partsOf(readEach([report(1, { text: 'a\nb\u0000'.repeat(500), reason: 'x\ty' })], SOURCE));
    expect(reports[0]?.text).toMatch(/^a\uFFFDb\uFFFD/);
    expect(reports[0]?.text?.length).toBe(1000);
  });

  test('an answer that is no list is one unreadable whole', () => {
    for (const body of ['{"reports":[{"execType":', '{}', '7', '{"reports":"none"}']) {
      const readings = readReports(body, SOURCE);
      expect(readings.map(isNoList)).toEqual([true]);
      expect(partsOf(readings).unreadable).toMatchObject([{ raw: body }]);
    }
  });

  test('a refusal keeps its reason and its good reports', () => {
    const body = JSON.stringify({
      reason: 'TOO_LATE',
      text: 'filled',
      reports: [report(1), report(2, { side: 'UP' })],
    });
    const read = readRefusal(body, SOURCE);
    expect(read?.refusal).toEqual({ kind: 'refused', reason: 'TOO_LATE', text: 'filled' });
    expect(partsOf(read?.readings ?? [])).toMatchObject({ reports: [{ sequence: 1 }], unreadable: [{ sequence: 2 }] });
    expect(readRefusal('<html>', SOURCE)).toBeUndefined();
  });

  test('a stream message that is none is told as such', () => {
    for (const body of ['', '{"type":"party"}', '{"type":"heartbeat","lastSequence":"x"}', '{"type":"reports"'])
      expect(readStreamMessage(body)).toEqual({ type: 'unreadable', body });
  });

  test('a quote with a text for a price is none', () => {
    const quote = { symbol: 'COIN', venue: 'SIMX', bidPrice: '1', bidQuantity: '1', askPrice: '2', askQuantity: '1' };
    const whole = { ...quote, lastPrice: '1', marketTimeMs: 5 };
    expect(quoteReceived(whole, 9)).toEqual({ ...whole, receivedAtMs: 9 });
    expect(quoteReceived({ ...whole, askPrice: 'two' }, 9)).toBeUndefined();
  });
});

describe('the place of a report whose sequence cannot be read', () => {
  const page = (after: number, lastSequence: unknown, ...reports: readonly unknown[]) => {
    const read = readReportPage(JSON.stringify({ reports, lastSequence }), SOURCE, after);
    return { good: sequences(read.reports), bad: sequences(read.unreadable), last: read.lastSequence };
  };
  const { sequence: _none, ...placeless } = report(0);

  test('is between its neighbours', () => {
    expect(page(4, 6, placeless, report(6))).toEqual({ good: [6], bad: [5], last: 6 });
    expect(page(4, 7, placeless, placeless, report(7))).toEqual({ good: [7], bad: [5, 6], last: 7 });
    expect(page(4, 5, placeless)).toEqual({ good: [], bad: [5], last: 5 });
  });
  test('counts more than a sequence that jumps and comes back', () => {
    expect(page(4, 6, report(1_000_005), report(6))).toEqual({ good: [6], bad: [5], last: 6 });
    expect(page(4, 5, report(1_000_005))).toEqual({ good: [], bad: [5], last: 5 });
  });
  test('a hole stays a hole', () => {
    expect(page(4, 7, report(6), report(7))).toEqual({ good: [6, 7], bad: [], last: 7 });
  });
  test('a page without a readable end ends with its reports', () => {
    expect(page(4, 'x', report(5), report(6))).toEqual({ good: [5, 6], bad: [], last: 6 });
  });
});

describe('reports in sequence', () => {
  test('each place is handed over once and in order, read or not, and a gap is waited for', async () => {
    const handed: unknown[] = [];
    const sequence = new SequencedReports(3, async (reports, unreadable) => {
      handed.push([sequences(reports), sequences(unreadable)]);
    });
    const read = (...values: readonly unknown[]) => partsOf(readEach(values, SOURCE));
    await sequence.take(read(report(5, { cumQuantity: 'x' }), report(4), report(4), report(7), report(2)));
    expect(sequence.last).toBe(5);
    await sequence.take(read(report(7)));
    await sequence.take(read(report(6), report(7), report(7, { cumQuantity: 'x' }), 'nothing'));
    expect(sequence.last).toBe(7);
    expect(handed).toEqual([
      [[4], [5]],
      [[6, 7], [undefined]],
    ]);
  });
});
