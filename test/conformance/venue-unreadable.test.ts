import { SPOILS } from '../../src/venues/simulated/spoiled-reports';
import type { ReportPlace, Spoil } from '../../src/venues/simulated/spoiled-reports';
import { ACCOUNT, StreamReader, VenueUnderTest, eventually, range, soon } from './simulated-process';

const venue = new VenueUnderTest();
const last = async (): Promise<number> => (await venue.lit.reportsAfter(ACCOUNT, 0, 1)).lastSequence;
const spoil = (how: Spoil, places: readonly ReportPlace[], count = 1): Promise<void> =>
  venue.fault('unreadableReports', { count, params: { how, places } });

beforeAll(() => venue.start(), 30_000);
afterAll(() => venue.stop());
afterEach(() => venue.clearFaults());

/** Of which the stream or its gap query still tells the rest under its true place. */
const TOLD_ELSEWHERE: ReadonlySet<Spoil> = new Set<Spoil>(['noSequence', 'wrongSequence', 'noObject', 'noJson']);

describe('a report of the stream that cannot be read', () => {
  test.each(SPOILS)('%s: it is handed over in its place, and what follows arrives', async (how) => {
    const before = await last();
    const reader = new StreamReader(venue.lit, before);
    await venue.submit();
    await eventually(() => {
      expect(reader.sequences()).toEqual([before + 1]);
    });
    await spoil(how, ['stream']);
    await venue.submit();
    await venue.submit();
    const readable = TOLD_ELSEWHERE.has(how) ? range(1, 3) : [1, 3];
    await eventually(() => {
      expect(reader.sequences()).toEqual(readable.map((n) => before + n));
      expect(reader.unreadable.length).toBeGreaterThan(0);
    });
    await reader.close();
    expect(reader.failure).toBeUndefined();
    expect(reader.unreadable.length).toBe(1);
  });

  test('the last one for now holds nothing up either: a heartbeat tells that it is there', async () => {
    const before = await last();
    const reader = new StreamReader(venue.lit, before);
    await eventually(async () => {
      await spoil('noJson', ['stream']);
    });
    await venue.submit();
    await eventually(() => {
      expect(reader.sequences()).toEqual([before + 1]);
    });
    await reader.close();
    expect(reader.failure).toBeUndefined();
  });

  test.each(['textForNumber', 'noSequence', 'wrongSequence', 'noObject'] as const)(
    '%s in stream and gap query alike keeps its place, and the gap is closed',
    async (how) => {
      const before = await last();
      await venue.submit();
      await spoil(how, ['stream', 'gap'], 2);
      const reader = new StreamReader(venue.lit, before + 1);
      await venue.submit();
      await eventually(() => {
        expect(reader.unreadable.map(({ sequence }) => sequence)).toContain(
          how === 'textForNumber' ? before + 2 : undefined,
        );
      });
      await venue.clearFaults();
      await venue.submit();
      await eventually(() => {
        expect(reader.sequences().at(-1)).toBe(before + 3);
      });
      await reader.close();
      expect(reader.failure).toBeUndefined();
      expect(new Set(reader.sequences()).size).toBe(reader.sequences().length);
    },
  );
});

describe('an answer with reports that cannot be read', () => {
  test('that has good ones as well keeps them', async () => {
    await venue.market();
    await spoil('zeroPrice', ['answer']);
    const answer = await venue.submit({ limitPrice: '101' });
    expect(answer).toMatchObject({ kind: 'acknowledged', reports: [{ execType: 'NEW' }] });
    expect(answer).toMatchObject({ unreadable: [{ why: expect.stringMatching(/^lastPrice: /) as string }] });
  });

  test.each(['unknownExecType', 'noJson', 'noObject'] as const)(
    'that is nothing but %s is an unknown outcome',
    async (how) => {
      const order = venue.order();
      await spoil(how, ['answer']);
      expect(await venue.lit.submit(order, soon())).toMatchObject({ kind: 'unknown', unreadable: [{ venue: 'SIMX' }] });
      expect(await venue.booked(order.clientOrderId)).toBe(1);
      await spoil(how, ['answer']);
      expect(await venue.lit.replace(venue.replacement(order, { limitPrice: '91' as never }), soon())).toMatchObject({
        kind: 'unknown',
      });
      await spoil(how, ['answer']);
      expect(await venue.lit.cancel(order, soon())).toMatchObject({ kind: 'unknown' });
    },
  );

  test('a refusal whose only report is unreadable is no refusal of an order that may be there', async () => {
    const order = venue.order();
    await venue.lit.submit(order, soon());
    await spoil('textForNumber', ['answer']);
    expect(await venue.lit.submit(order, soon())).toMatchObject({ kind: 'unknown', unreadable: [{}] });
    expect(await venue.lit.submit(order, soon())).toMatchObject({ kind: 'refused', reason: 'DUPLICATE_ORDER' });
  });

  test('a question for an order never makes an unreadable one absent, and never loses what can be read', async () => {
    const order = venue.order();
    await venue.lit.submit(order, soon());
    await spoil('textForNumber', ['find'], 2);
    expect(await venue.lit.findOrder(ACCOUNT, order.clientOrderId)).toMatchObject({
      ...{ kind: 'unavailable', unreadable: [{ clientOrderId: order.clientOrderId }] },
    });
    await venue.lit.cancel(order, soon());
    await spoil('textForNumber', ['find'], 2);
    expect(await venue.lit.findOrder(ACCOUNT, order.clientOrderId)).toMatchObject({
      ...{ kind: 'found', reports: [{ execType: 'NEW' }], unreadable: [{ why: expect.any(String) as string }] },
    });
    await spoil('noJson', ['find']);
    expect(await venue.lit.findOrder(ACCOUNT, order.clientOrderId)).toMatchObject({ kind: 'unavailable' });
  });
});
