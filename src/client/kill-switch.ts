/** Stops and resumes trading: for operators and for programs that watch over strategies. */
import { WithStartWorkflowOperation, WorkflowNotFoundError } from '@temporalio/client';
import type { Client } from '@temporalio/client';
import { randomUUID } from 'node:crypto';
import type { KillSwitchReport, TradingStateCommand } from '../contracts/kill-switch';
import { TaskQueue, WorkflowName } from '../contracts/names';
import { killSwitchWorkflowId } from '../domain/ids';
import type { LimitScope } from '../domain/risk/limits';
import { checkScope, checkTradingStateCommand, scopeName } from '../domain/trading-state';
import { killSwitchReportQuery, setTradingStateUpdate } from '../../workflows/messages';
import type { killSwitch } from '../../workflows';
import { OrderRequestError } from './errors';

/** How often `until` looks. */
const LOOK_EVERY_MS = 250;

export class KillSwitch {
  constructor(private readonly client: Client) {}

  /**
   * Sets what a scope may send, `{}` being the whole firm. Answers when no new order can pass any more (or, with the
   * database away, after some seconds without `answer`); the cancels of what is open are on their way by then.
   * To allow more than before needs `approvedBy`, a second person.
   * @throws OrderRequestError that names the field, the value and the rule.
   */
  async set(
    scope: LimitScope,
    command: Omit<TradingStateCommand, 'commandId'> & { readonly commandId?: string },
  ): Promise<KillSwitchReport> {
    const whole: TradingStateCommand = { ...command, commandId: command.commandId ?? randomUUID() };
    const broken = [...checkScope(scope), ...checkTradingStateCommand(whole)];
    if (broken.length > 0) throw new OrderRequestError(broken);
    const startWorkflowOperation = new WithStartWorkflowOperation<typeof killSwitch>(WorkflowName.killSwitch, {
      workflowId: killSwitchWorkflowId(scopeName(scope)),
      taskQueue: TaskQueue.sessions,
      args: [{ scope }],
      workflowIdConflictPolicy: 'USE_EXISTING',
      workflowIdReusePolicy: 'ALLOW_DUPLICATE',
      staticSummary: `kill switch of ${scopeName(scope)}`,
    });
    return this.client.workflow.executeUpdateWithStart(setTradingStateUpdate, {
      startWorkflowOperation,
      args: [whole],
      updateId: whole.commandId,
    });
  }

  /** Where the kill switch of a scope stands; undefined when there never was one or Temporal has forgotten it. */
  async report(scope: LimitScope): Promise<KillSwitchReport | undefined> {
    try {
      return await this.handle(scope).query(killSwitchReportQuery);
    } catch (error) {
      if (error instanceof WorkflowNotFoundError) return undefined;
      throw error;
    }
  }

  /** Yields a report whenever it has changed, until everything that was open is proved closed. */
  async *watch(scope: LimitScope): AsyncGenerator<KillSwitchReport> {
    for (let shown = ''; ;) {
      const report = await this.report(scope);
      if (report === undefined) return;
      const text = JSON.stringify(report);
      if (text !== shown) yield report;
      shown = text;
      if (report.done) return;
      await pause(LOOK_EVERY_MS);
    }
  }

  private handle(scope: LimitScope) {
    return this.client.workflow.getHandle<typeof killSwitch>(killSwitchWorkflowId(scopeName(scope)));
  }
}

const pause = (ms: number): Promise<void> => new Promise((done) => setTimeout(done, ms));
