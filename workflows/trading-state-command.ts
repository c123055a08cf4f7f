import { ApplicationFailure } from '@temporalio/workflow';
import type { TradingStateCommand } from '../src/contracts/kill-switch';
import { checkTradingStateCommand } from '../src/domain/trading-state';

/** Refuses a command that cannot be carried out before it becomes history; the failure names field, value and rule. */
export function refuseBadCommand(command: TradingStateCommand): void {
  const violations = checkTradingStateCommand(command);
  if (violations.length > 0) {
    const text = violations.map((broken) => `${broken.field} ${broken.value}: ${broken.rule}`).join('; ');
    throw ApplicationFailure.nonRetryable(text, 'COMMAND_INVALID', violations);
  }
}
