/**
 * Every name that crosses a process: workflow types, messages, search attributes, task queues. They are for ever: a
 * change is a new name (a test freezes this list).
 */

export const WorkflowName = {
  order: 'order',
  correction: 'correction',
  adoption: 'adoption',
  venueSession: 'venueSession',
  marketWatch: 'marketWatch',
  journalHead: 'journalHead',
  killSwitch: 'killSwitch',
  /** Where limits are changed. */
  limitsDesk: 'limitsDesk',
  reconciliation: 'reconciliation',
  /** Started by a schedule: one reconciliation, unless one is under way. */
  scheduledReconciliation: 'scheduledReconciliation',
  postTrade: 'postTrade',
  /** Started by a schedule: one post-trade run, unless one is under way. */
  scheduledPostTrade: 'scheduledPostTrade',
} as const;

/** Signals and updates share names: the same request, once without and once with an answer. */
export const MessageName = {
  cancelOrder: 'cancelOrder',
  modifyOrder: 'modifyOrder',
  /** A second person's word on an order that waits for approval. */
  approveOrder: 'approveOrder',
  rejectOrder: 'rejectOrder',
  /** Signal of the venue session: a batch of execution reports. */
  executionReports: 'executionReports',
  /** Signal of the market watch: the market reached the stop price. */
  marketTrigger: 'marketTrigger',
  /** Update that answers when a stage is reached, 10 s at most. */
  awaitStage: 'awaitStage',
  order: 'order',
  orderEvents: 'orderEvents',
  /** Update of the kill switch: sets what its scope may send. */
  setTradingState: 'setTradingState',
  killSwitchReport: 'killSwitchReport',
  /** Updates of the limits desk. */
  proposeLimits: 'proposeLimits',
  decideLimits: 'decideLimits',
  readLimits: 'readLimits',
} as const;

/** Search attributes, all Keyword: 7 of the 10 that a development server's store has. */
export const SearchAttribute = {
  account: 'OmsAccount',
  strategy: 'OmsStrategy',
  symbol: 'OmsSymbol',
  side: 'OmsSide',
  venue: 'OmsVenue',
  state: 'OmsState',
  parent: 'OmsParent',
} as const;

export const MemoName = { requestHash: 'requestHash' } as const;

export const TaskQueue = {
  /** Order workflows, and the activities beside them: pre-trade, recording, settlement, alerts. */
  orders: 'oms-orders',
  /** Venue sessions, market watch and other service workflows with their long activities. */
  sessions: 'oms-sessions',
  /** Submissions and replaces of one venue. */
  venue: (venue: string): string => `oms-venue-${venue}`,
  /** Cancels and questions of one venue: submissions never delay them. */
  venueCancels: (venue: string): string => `oms-venue-${venue}-cancels`,
} as const;

/** Stages that a caller may wait for. */
export const Stage = { accepted: 'accepted', risk: 'risk', acknowledged: 'acknowledged', final: 'final' } as const;
export type Stage = (typeof Stage)[keyof typeof Stage];
