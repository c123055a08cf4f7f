import { TABLES } from './0001-tables';
import { ORDER_FUNCTIONS } from './0002-order-functions';
import { VENUE_FUNCTIONS } from './0003-venue-functions';
import { CORRECTIONS } from './0004-corrections';
import { ADOPTED_ORDERS } from './0005-adopted-orders';
import { REPORT_TROUBLES } from './0006-report-troubles';
import { POSITION_BOOK } from './0007-position-book';
import { BOOKING_FUNCTIONS } from './0008-booking-functions';
import { TRADING_STATES } from './0009-trading-states';
import { RISK_FACTS } from './0010-risk-facts';
import { REPORT_QUESTIONS } from './0011-report-questions';
import { RECONCILIATION } from './0012-reconciliation';
import { LIMIT_VERSIONS } from './0013-limit-versions';
import { POST_TRADE } from './0015-post-trade';
import { PLAIN_RESERVATIONS } from './0016-plain-reservations';
import { DAY_START } from './0017-day-start';
import { DECISION_BATCHES } from './0018-decision-batches';
import { INBOX_BY_ORDER } from './0019-inbox-by-order';
import { RENAMED_ORDERS } from './0020-renamed-orders';
import { ID_BEFORE_FIRST } from './0021-id-before-first';
import { VENUE_ORDER_TELLS } from './0022-venue-order-tells';
import { REOPENED_RESERVATIONS } from './0023-reopened-reservations';
import { ORDERS_STARTED_BEFORE } from './0024-orders-started-before';
import { DECISIONS_AT_ONCE } from './0025-decisions-at-once';

/** One step of the schema; once released its text is never edited, the next step changes what it made. */
export interface Migration {
  readonly version: number;
  readonly name: string;
  readonly sql: string;
}

export const MIGRATIONS: readonly Migration[] = [
  { version: 1, name: 'tables', sql: TABLES },
  { version: 2, name: 'order functions', sql: ORDER_FUNCTIONS },
  { version: 3, name: 'venue functions', sql: VENUE_FUNCTIONS },
  { version: 4, name: 'corrections of trades', sql: CORRECTIONS },
  { version: 5, name: 'adopted orders', sql: ADOPTED_ORDERS },
  { version: 6, name: 'report troubles', sql: REPORT_TROUBLES },
  { version: 7, name: 'position book', sql: POSITION_BOOK },
  { version: 8, name: 'booking functions', sql: BOOKING_FUNCTIONS },
  { version: 9, name: 'trading states', sql: TRADING_STATES },
  { version: 10, name: 'risk facts', sql: RISK_FACTS },
  { version: 11, name: 'report questions', sql: REPORT_QUESTIONS },
  { version: 12, name: 'reconciliation', sql: RECONCILIATION },
  { version: 13, name: 'limit versions', sql: LIMIT_VERSIONS },
  { version: 15, name: 'post-trade', sql: POST_TRADE },
  { version: 16, name: 'plain reservations', sql: PLAIN_RESERVATIONS },
  { version: 17, name: 'day start', sql: DAY_START },
  { version: 18, name: 'decision batches', sql: DECISION_BATCHES },
  { version: 19, name: 'inbox by order', sql: INBOX_BY_ORDER },
  { version: 20, name: 'renamed orders', sql: RENAMED_ORDERS },
  { version: 21, name: 'id before first', sql: ID_BEFORE_FIRST },
  { version: 22, name: 'venue order tells', sql: VENUE_ORDER_TELLS },
  { version: 23, name: 'reopened reservations', sql: REOPENED_RESERVATIONS },
  { version: 24, name: 'orders started before', sql: ORDERS_STARTED_BEFORE },
  { version: 25, name: 'decisions at once', sql: DECISIONS_AT_ONCE },
];
