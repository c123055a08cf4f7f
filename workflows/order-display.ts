/** What people see of an order in the Temporal UI: search attributes and details in Markdown. */
import { defineSearchAttributeKey, SearchAttributeType } from '@temporalio/common';
import { setCurrentDetails, upsertSearchAttributes, workflowInfo } from '@temporalio/workflow';
import { SearchAttribute } from '../src/contracts/names';
import { explainAll } from '../src/domain/explain';
import { awaitsApproval } from '../src/domain/order';
import type { OrderStatus } from '../src/domain/order';
import { settledAmount } from '../src/domain/settlement';
import type { OrderDesk } from './order-desk';

const key = (name: string) => defineSearchAttributeKey(name, SearchAttributeType.KEYWORD);
const ACCOUNT = key(SearchAttribute.account);
const STATE = key(SearchAttribute.state);
const VENUE = key(SearchAttribute.venue);

/** Statuses that last only as long as a venue's answer takes; each upsert costs the server a visibility write. */
const PASSING: readonly OrderStatus[] = ['CREATED', 'SUBMITTING', 'SUBMITTED'];

/** Steps told in the details; the journal has all. */
const STEPS_SHOWN = 15;

export class OrderDisplay {
  private shownState: string | undefined;
  private shownVersion = -1;
  private detailedVersion = -1;

  constructor(private readonly desk: OrderDesk) {
    const attributes = workflowInfo().typedSearchAttributes;
    this.shownState = attributes.get(STATE);
    // A raw start brings no attributes; the client's brings all, which saves the write.
    if (attributes.get(ACCOUNT) === undefined) this.showIdentity();
  }

  /**
   * Shows where the order stands; writes attributes only when a status that people filter by has changed.
   *
   * @param isLast Nothing else waits to be taken: the details, which cost the most and no command, are put together.
   */
  update(isLast: boolean): void {
    const { order } = this.desk;
    if (isLast && order.version !== this.detailedVersion) {
      this.detailedVersion = order.version;
      setCurrentDetails(detailsOf(this.desk));
    }
    if (order.version === this.shownVersion) return;
    this.shownVersion = order.version;
    if (order.status === this.shownState || PASSING.includes(order.status)) return;
    this.shownState = order.status;
    const venue = order.route?.venue;
    upsertSearchAttributes([
      { key: STATE, value: order.status },
      ...(venue === undefined ? [] : [{ key: VENUE, value: venue }]),
    ]);
  }

  private showIdentity(): void {
    const { route, request } = this.desk.order;
    const { account, strategy, symbol, side, parent } = request;
    upsertSearchAttributes([
      { key: ACCOUNT, value: account },
      { key: key(SearchAttribute.strategy), value: strategy },
      { key: key(SearchAttribute.symbol), value: symbol },
      { key: key(SearchAttribute.side), value: side },
      { key: STATE, value: this.desk.order.status },
      ...(route === undefined ? [] : [{ key: VENUE, value: route.venue }]),
      ...(parent === undefined ? [] : [{ key: key(SearchAttribute.parent), value: parent }]),
    ]);
    this.shownState = this.desk.order.status;
  }
}

const time = (ms: number): string => new Date(ms).toISOString().replace('T', ' ').replace('Z', ' UTC');

/** The newest steps, each told with what came before it. */
function stepsOf({ events }: OrderDesk): readonly string[] {
  const texts = explainAll(events);
  return events
    .map((event, at) => `${String(event.version)}. ${time(event.atMs)} ${texts[at] ?? ''}`)
    .slice(-STEPS_SHOWN);
}

function detailsOf(desk: OrderDesk): string {
  const { order } = desk;
  const fees = Object.entries(order.fees)
    .map(([currency, fee]) => `${fee} ${currency}`)
    .join(', ');
  return [
    `**${order.status}** — ${order.why}`,
    '',
    `| ordered | filled | leaves | average price | fees |`,
    `|---|---|---|---|---|`,
    `| ${order.quantity} | ${order.filledQuantity} | ${order.leavesQuantity} | ${order.averagePrice ?? '–'} | ${fees || '–'} |`,
    ...fillsTable(desk),
    ...(awaitsApproval(order) ? (order.override?.reasons ?? []) : order.reasons).map(
      (reason) => `- \`${reason.code}\` ${reason.field} = ${reason.value}: ${reason.rule}`,
    ),
    ...(order.route === undefined
      ? []
      : ['', `Route: ${order.route.venue} by ${order.route.policy} (${order.route.why})`]),
    '',
    ...order.settlements.map(
      (due) =>
        `- ${String(due.trades)} trade(s), ${settledAmount(due.quantity)}: ${due.status}, settles ${time(due.settleAtMs)}`,
    ),
    '',
    ...stepsOf(desk),
    '',
    `Market time ${time(order.updatedAtMs)}, version ${String(order.version)}`,
  ].join('\n');
}

function fillsTable({ order }: OrderDesk): string[] {
  if (order.fills.length === 0) return [];
  const rows = order.fills
    .slice(-20)
    .map(
      (fill) =>
        `| ${time(fill.atMs)} | ${fill.quantity} | ${fill.price} | ${fill.fee} ${fill.feeCurrency} | ${fill.liquidity} | ${fill.execId} |`,
    );
  const hidden = order.fillCount - rows.length;
  return [
    '',
    `| time | quantity | price | fee | liquidity | execution |`,
    `|---|---|---|---|---|---|`,
    ...rows,
    ...(hidden > 0 ? [`| and ${String(hidden)} earlier | | | | | |`] : []),
  ];
}
