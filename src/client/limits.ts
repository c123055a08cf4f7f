/** Reads and changes the limits of the desk: for risk managers and for programs of theirs. */
import { WithStartWorkflowOperation } from '@temporalio/client';
import type { Client } from '@temporalio/client';
import { randomUUID } from 'node:crypto';
import type {
  DecideLimits,
  LimitsAnswer,
  LimitsVerdict,
  LimitsView,
  LimitVersion,
  ProposeLimits,
} from '../contracts/limits';
import { TaskQueue, WorkflowName } from '../contracts/names';
import { LIMITS_DESK_WORKFLOW_ID } from '../domain/ids';
import { checkLimitsDecision, checkProposal, PROPOSAL_WAIT_MS } from '../domain/limits-command';
import type { LimitDocument } from '../domain/risk/limit-document';
import { parseLimitDocument } from '../risk-limits';
import { decideLimitsUpdate, proposeLimitsUpdate, readLimitsUpdate } from '../../workflows/messages';
import type { limitsDesk } from '../../workflows';
import { OrderRequestError } from './errors';

/** A proposal as a person makes it. */
export interface LimitsProposal extends Pick<ProposeLimits, 'baseVersion' | 'document' | 'actor' | 'reason'> {
  /** Made here when absent; to ask again after a lost answer, give the same one. */
  readonly proposalId?: string;
  /** How long it waits for a second person; a day when absent. */
  readonly waitMs?: number;
}

/** Who ends a proposal, and why. */
export type LimitsDecision = Pick<DecideLimits, 'actor' | 'reason'>;

export class Limits {
  constructor(private readonly client: Client) {}

  /** The version in force with its document; undefined before the first. */
  async current(): Promise<LimitsView['current']> {
    return (await this.view()).current;
  }

  /** Versions that are or were in force, newest first. */
  async versions(): Promise<readonly LimitVersion[]> {
    return (await this.view()).versions;
  }

  /** The document of a version, as it was; undefined when there is no such version. */
  async document(version: number): Promise<LimitDocument | undefined> {
    return (await this.view(version)).document ?? undefined;
  }

  /** What was asked for: what waits, with what it changes, and what became of the others; newest first. */
  async proposals(): Promise<LimitsView['proposals']> {
    return (await this.view()).proposals;
  }

  /**
   * Asks for a new document. One that loosens nothing is in force when this answers: every later decision of every process
   * is made by it. One that loosens something waits for a second person.
   * @throws LimitDocumentError or OrderRequestError that name the place, the value and the rule.
   */
  async propose(proposal: LimitsProposal): Promise<LimitsAnswer> {
    const { proposalId = randomUUID(), waitMs = PROPOSAL_WAIT_MS } = proposal;
    const whole: ProposeLimits = { ...proposal, proposalId, waitMs };
    const broken = checkProposal(whole);
    if (broken.length > 0) throw new OrderRequestError(broken);
    const document = parseLimitDocument(proposal.document);
    return this.client.workflow.executeUpdateWithStart(proposeLimitsUpdate, {
      startWorkflowOperation: this.desk(),
      args: [{ ...whole, document }],
    });
  }

  /** A second person's yes: the proposal is in force when this answers. */
  approve(proposalId: string, decision: LimitsDecision): Promise<LimitsAnswer> {
    return this.decide(proposalId, 'APPROVE', decision);
  }

  /** A second person's no. */
  reject(proposalId: string, decision: LimitsDecision): Promise<LimitsAnswer> {
    return this.decide(proposalId, 'REJECT', decision);
  }

  /** Takes a proposal of one's own back. */
  withdraw(proposalId: string, decision: LimitsDecision): Promise<LimitsAnswer> {
    return this.decide(proposalId, 'WITHDRAW', decision);
  }

  private async decide(proposalId: string, verdict: LimitsVerdict, decision: LimitsDecision): Promise<LimitsAnswer> {
    const command: DecideLimits = { ...decision, proposalId, verdict };
    const broken = checkLimitsDecision(command);
    if (broken.length > 0) throw new OrderRequestError(broken);
    return this.client.workflow.executeUpdateWithStart(decideLimitsUpdate, {
      startWorkflowOperation: this.desk(),
      args: [command],
    });
  }

  /** Everything at once, as of one moment. */
  view(version?: number): Promise<LimitsView> {
    return this.client.workflow.executeUpdateWithStart(readLimitsUpdate, {
      startWorkflowOperation: this.desk(),
      args: [version === undefined ? {} : { version }],
    });
  }

  /** The desk that runs, or a new one. */
  private desk() {
    return new WithStartWorkflowOperation<typeof limitsDesk>(WorkflowName.limitsDesk, {
      workflowId: LIMITS_DESK_WORKFLOW_ID,
      taskQueue: TaskQueue.sessions,
      args: [],
      workflowIdConflictPolicy: 'USE_EXISTING',
      workflowIdReusePolicy: 'ALLOW_DUPLICATE',
      staticSummary: 'changes of limits',
    });
  }
}
