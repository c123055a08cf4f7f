/** What the inbox has of one order: asked before an order is sent again. */
export const INBOX_BY_ORDER = `
CREATE INDEX execution_inbox_by_base ON execution_inbox (venue, venue_account, base);
`;
