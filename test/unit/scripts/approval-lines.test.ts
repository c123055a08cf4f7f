import { refusalLine } from '../../../scripts/approval-lines';
import { decideOverride } from '../../../src/domain/order-overrides';
import { created } from '../domain/order-fixtures';

test('a refused approval says so once, with its code', () => {
  const word = { kind: 'approve', commandId: 'k', by: 'kim', reason: 'a hedge' } as const;
  const decision = decideOverride(created(), word, 0);
  expect(refusalLine(decision.kind === 'refused' ? decision.refusal : {})).toBe(
    'approve refused: the order waits for no approval, it is CREATED (NOT_WAITING)',
  );
});
