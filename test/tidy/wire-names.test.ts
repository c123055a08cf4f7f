import { MemoName, MessageName, SearchAttribute, Stage, TaskQueue, WorkflowName } from '../../src/contracts/names';
import * as workflows from '../../workflows';

/** Running orders and other people's clients use these: a change is a new name beside the old one. */
test('wire names are frozen', () => {
  expect({ WorkflowName, MessageName, SearchAttribute, MemoName, Stage }).toEqual({
    WorkflowName: {
      order: 'order',
      correction: 'correction',
      adoption: 'adoption',
      venueSession: 'venueSession',
      marketWatch: 'marketWatch',
      journalHead: 'journalHead',
      killSwitch: 'killSwitch',
      limitsDesk: 'limitsDesk',
      reconciliation: 'reconciliation',
      scheduledReconciliation: 'scheduledReconciliation',
      postTrade: 'postTrade',
      scheduledPostTrade: 'scheduledPostTrade',
    },
    MessageName: {
      cancelOrder: 'cancelOrder',
      modifyOrder: 'modifyOrder',
      approveOrder: 'approveOrder',
      rejectOrder: 'rejectOrder',
      executionReports: 'executionReports',
      marketTrigger: 'marketTrigger',
      awaitStage: 'awaitStage',
      order: 'order',
      orderEvents: 'orderEvents',
      setTradingState: 'setTradingState',
      killSwitchReport: 'killSwitchReport',
      proposeLimits: 'proposeLimits',
      decideLimits: 'decideLimits',
      readLimits: 'readLimits',
    },
    SearchAttribute: {
      account: 'OmsAccount',
      strategy: 'OmsStrategy',
      symbol: 'OmsSymbol',
      side: 'OmsSide',
      venue: 'OmsVenue',
      state: 'OmsState',
      parent: 'OmsParent',
    },
    MemoName: { requestHash: 'requestHash' },
    Stage: { accepted: 'accepted', risk: 'risk', acknowledged: 'acknowledged', final: 'final' },
  });
  expect([TaskQueue.orders, TaskQueue.sessions, TaskQueue.venue('X'), TaskQueue.venueCancels('X')]).toEqual([
    'oms-orders',
    'oms-sessions',
    'oms-venue-X',
    'oms-venue-X-cancels',
  ]);
});

test('every workflow type is exported under its name, and nothing else is', () => {
  expect(Object.keys(workflows).sort()).toEqual(Object.values(WorkflowName).sort());
});
