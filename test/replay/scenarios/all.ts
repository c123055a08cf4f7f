import { approvalScenarios } from './approvals';
import { correctionScenarios } from './corrections';
import { killSwitchScenarios } from './kill-switch';
import { limitsScenarios } from './limits';
import { longRunScenarios } from './long-runs';
import { orderScenarios } from './orders';
import { postTradeScenarios } from './post-trade';
import { reconciliationScenarios } from './reconciliation';
import { serviceScenarios, timeScenarios } from './time';
import { troubleScenarios } from './trouble';

/** The name of every scenario that must be recorded. */
export const SCENARIO_NAMES: readonly string[] = [
  orderScenarios,
  correctionScenarios,
  troubleScenarios,
  longRunScenarios,
  timeScenarios,
  serviceScenarios,
  killSwitchScenarios,
  reconciliationScenarios,
  postTradeScenarios,
  approvalScenarios,
  limitsScenarios,
].flatMap((group) => Object.keys(group));

/** The files of one scenario: one history, or one per run of a workflow that continued as new. */
export const historyFileNames = (scenario: string): RegExp => new RegExp(`^${scenario}(\\.\\d+)?\\.json$`);
