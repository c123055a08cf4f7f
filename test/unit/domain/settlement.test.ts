import { dec } from '../../../src/domain/money';
import type { SettlementDue } from '../../../src/domain/order';
import { nextSettlement, SETTLEMENT_ESCALATES_AFTER, settlementRetryMs } from '../../../src/domain/settlement';

const due = (settleAtMs: number, status: SettlementDue['status']): SettlementDue => ({
  settleAtMs,
  status,
  trades: 1,
  quantity: dec('1'),
  attempts: 0,
});

const byTime = (one: SettlementDue): number => one.settleAtMs;

test('the next settlement is the earliest that is not done', () => {
  expect(nextSettlement([], byTime)).toBeUndefined();
  expect(nextSettlement([due(1, 'SETTLED')], byTime)).toBeUndefined();
  const dues = [due(3, 'BOOKED'), due(1, 'SETTLED'), due(2, 'BOOKED')];
  expect(nextSettlement(dues, byTime)).toMatchObject({ due: { settleAtMs: 2 }, atWallMs: 2 });
});

test('one that failed and waits for its retry holds up no other', () => {
  const dues = [due(1, 'FAILED'), due(2, 'BOOKED')];
  const next = nextSettlement(dues, (one) => (one.status === 'FAILED' ? 1_000 : one.settleAtMs));
  expect(next?.due.settleAtMs).toBe(2);
});

test('retries are four times as far apart each time, up to an hour, for any number of attempts', () => {
  expect([1, 2, 3, 4, 5, 6, 7, 1000].map(settlementRetryMs)).toEqual([
    2_000, 8_000, 32_000, 128_000, 512_000, 2_048_000, 3_600_000, 3_600_000,
  ]);
});

test('people are told after about ten minutes of retries', () => {
  const waits = Array.from({ length: SETTLEMENT_ESCALATES_AFTER - 1 }, (_, index) => settlementRetryMs(index + 1));
  const totalMinutes = waits.reduce((total, wait) => total + wait, 0) / 60_000;
  expect(totalMinutes).toBeGreaterThan(10);
  expect(totalMinutes).toBeLessThan(15);
});
