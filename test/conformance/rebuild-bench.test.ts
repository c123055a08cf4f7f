/** Goal: the bench of the rebuild compares with something that notices; the bench itself runs in its short form by hand. */
import { disagreements } from '../../scripts/bench/rebuild-reference';
import { measureOn } from '../../scripts/bench/rebuild';
import { describeBackends } from './store-backends';

describeBackends('the bench of the rebuild', (backend) => {
  it('finds the rebuild equal to a second computation, and each kind of fault in the tables', async () => {
    const { driver } = backend();
    const measured = await measureOn(driver, 6_000, 7);
    expect(measured).toMatchObject({ equal: true, wrong: [], positions: 1_000, executions: 6_120 });
    for (const [fault, found] of [
      [
        "UPDATE positions SET quantity = quantity + 1 WHERE account = 'A7' AND symbol = 'S3'",
        'A7 S3: quantity or fees',
      ],
      [`UPDATE positions SET fees = '{"USD":"7"}' WHERE account = 'A8' AND symbol = 'S3'`, 'A8 S3: quantity or fees'],
      [
        "UPDATE positions SET realized_pnl = realized_pnl + 0.000000000001 WHERE account = 'A5' AND symbol = 'S1'",
        'A5 S1: cost or profit',
      ],
      [
        "UPDATE positions SET legs = jsonb_set(legs, '{long,cost}', '\"1\"') WHERE account = 'A10' AND symbol = 'S2'",
        'A10 S2: cost or profit',
      ],
      ["UPDATE cash SET settled = settled + 0.01 WHERE account = 'A9' AND currency = 'EUR'", 'A9 EUR: cash'],
    ] as const) {
      await driver.script(fault);
      expect(await disagreements(driver)).toContain(found);
    }
    expect(await disagreements(driver)).toHaveLength(5);
  });
});
