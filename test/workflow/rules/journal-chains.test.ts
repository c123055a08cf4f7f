import { OmsUnderTest } from '../../support/oms-under-test';

jest.setTimeout(300_000);

describe('the journal', () => {
  const system = new OmsUnderTest();
  beforeAll(() => system.start());
  afterAll(() => system.stop());

  test('one chain per order, side by side for many orders of one account, under one head', async () => {
    const before = (await system.oms.deps.journal.verify()).chains;
    const requests = Array.from({ length: 40 }, (_, at) =>
      system.request({
        quantity: String(1 + (at % 3)),
        side: at % 2 === 0 ? 'BUY' : 'SELL_SHORT',
        limitPrice: at % 2 === 0 ? '101' : '99',
      }),
    );
    const done = await Promise.all(requests.map((request) => system.orders.submit(request, { wait: 'final' })));
    expect(done.map(({ order }) => order?.status)).toEqual(requests.map(() => 'FILLED'));

    const { orders, journal } = system.oms.deps;
    await journal.writeHead(Date.now());
    expect(await journal.verify()).toMatchObject({ chains: before + 40, broken: [] });
    const rows = await system.database.query<{ order_id: string; version: number; prev_hash: string; hash: string }>(
      'SELECT order_id, version, prev_hash, hash FROM journal ORDER BY order_id, version',
    );
    for (const { orderId } of done) {
      const chain = rows.filter((row) => row.order_id === orderId);
      expect(chain.map((row) => row.version)).toEqual((await orders.events(orderId)).map((_, at) => at + 1));
      expect(chain.slice(1).map((row) => row.prev_hash)).toEqual(chain.slice(0, -1).map((row) => row.hash));
    }
    const bought = requests.reduce(
      (sum, request) => sum + (request.side === 'BUY' ? 1 : -1) * Number(request.quantity),
      0,
    );
    const [position] = (await orders.positions('alpha')).filter((row) => row.symbol === 'COIN');
    expect(Number(position?.quantity)).toBe(bought);
    expect(await orders.openReservations()).toEqual([]);
  });

  test('nobody edits what was written', async () => {
    const { orderId } = await system.orders.submit(system.request({ limitPrice: '101' }), { wait: 'final' });
    for (const edit of ["UPDATE journal SET payload = '{}'", 'DELETE FROM journal', 'TRUNCATE journal']) {
      await expect(
        system.database.query(
          edit.startsWith('T') ? edit : `${edit} WHERE order_id = $1`,
          edit.startsWith('T') ? [] : [orderId],
        ),
      ).rejects.toThrow(/append-only/);
    }
  });
});
