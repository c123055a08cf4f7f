/** The messages of the workflows; the one workflow file that clients import as a value. */
import { defineQuery, defineSignal, defineUpdate } from '@temporalio/workflow';
import { MessageName } from '../src/contracts/names';
import type {
  AwaitStagePayload,
  CancelOrderPayload,
  CommandAnswer,
  MarketTriggerPayload,
  ModifyOrderPayload,
  OrderEventsView,
  OrderView,
  OverridePayload,
  StageAnswer,
} from '../src/contracts/order-messages';
import type { KillSwitchReport, TradingStateCommand } from '../src/contracts/kill-switch';
import type { DecideLimits, LimitsAnswer, LimitsView, ProposeLimits, ReadLimits } from '../src/contracts/limits';
import type { ExecutionReport } from '../src/domain/execution-report';

export const cancelOrderSignal = defineSignal<[CancelOrderPayload?]>(MessageName.cancelOrder);
export const modifyOrderSignal = defineSignal<[ModifyOrderPayload]>(MessageName.modifyOrder);
export const approveOrderSignal = defineSignal<[OverridePayload]>(MessageName.approveOrder);
export const rejectOrderSignal = defineSignal<[OverridePayload]>(MessageName.rejectOrder);
export const executionReportsSignal = defineSignal<[readonly ExecutionReport[]]>(MessageName.executionReports);
export const marketTriggerSignal = defineSignal<[MarketTriggerPayload]>(MessageName.marketTrigger);

export const cancelOrderUpdate = defineUpdate<CommandAnswer, [CancelOrderPayload]>(MessageName.cancelOrder);
export const modifyOrderUpdate = defineUpdate<CommandAnswer, [ModifyOrderPayload]>(MessageName.modifyOrder);
export const approveOrderUpdate = defineUpdate<CommandAnswer, [OverridePayload]>(MessageName.approveOrder);
export const rejectOrderUpdate = defineUpdate<CommandAnswer, [OverridePayload]>(MessageName.rejectOrder);
export const awaitStageUpdate = defineUpdate<StageAnswer, [AwaitStagePayload]>(MessageName.awaitStage);

export const setTradingStateUpdate = defineUpdate<KillSwitchReport, [TradingStateCommand]>(MessageName.setTradingState);
export const proposeLimitsUpdate = defineUpdate<LimitsAnswer, [ProposeLimits]>(MessageName.proposeLimits);
export const decideLimitsUpdate = defineUpdate<LimitsAnswer, [DecideLimits]>(MessageName.decideLimits);
export const readLimitsUpdate = defineUpdate<LimitsView, [ReadLimits]>(MessageName.readLimits);

export const killSwitchReportQuery = defineQuery<KillSwitchReport>(MessageName.killSwitchReport);

export const orderQuery = defineQuery<OrderView>(MessageName.order);
export const orderEventsQuery = defineQuery<OrderEventsView>(MessageName.orderEvents);
