/** Bugs that an order management system is known for, put back into a copy of the sources: each must turn a run red. */
export interface Bug {
  readonly name: string;
  /** What the product then does without. */
  readonly without: string;
  readonly changes: readonly SourceChange[];
  /** The faults under which it shows, and how long they must last for that. */
  readonly faults: readonly `F${number}`[];
  readonly timeScale: number;
  /** The invariant that names it. */
  readonly shows: string;
  /** What a run found, for the page. */
  readonly saw: string;
}

/** One place of the sources, and what it becomes. */
export interface SourceChange {
  readonly file: string;
  readonly from: string;
  readonly to: string;
}

export const BUGS: readonly Bug[] = [
  {
    name: 'no-query-before-resend',
    without: 'the question whether the venue has the order, before it is sent again',
    changes: [
      {
        file: 'activities/submission.ts',
        from: 'const known = await askFirst(deps, connector, earlier, { ...input, clientOrderId: askFor });',
        to: "const known: VenueResult | 'may send' = 'may send';",
      },
    ],
    // A venue that remembers ids refuses the second one: it must forget them, and lose an answer.
    faults: ['F6'],
    timeScale: 1,
    shows: 'noDuplicateVenueOrder',
    saw: '9 orders sent twice, 8 with twice what was meant filled',
  },
  {
    name: 'no-send-by',
    without: 'the time after which no byte of a request is written, here and at the venue',
    changes: [
      {
        file: 'activities/submission.ts',
        from: 'connector.submit(venueOrder(input), sendByMs)',
        to: 'connector.submit(venueOrder(input), sendByMs + 86_400_000)',
      },
    ],
    // Only who sleeps between intent and send, and wakes when another one has sent, does harm.
    faults: ['F19'],
    timeScale: 0.1,
    shows: 'noDuplicateVenueOrder',
    saw: '4 orders sent twice by who woke, one of them canceled here and filled there',
  },
  {
    name: 'no-execution-deduplication',
    without: 'the memory of an order for the executions that it has applied',
    changes: [
      {
        file: 'src/domain/order.ts',
        from: 'keysOf(order.executionIds).has(executionKey(execId));',
        to: 'keysOf(order.executionIds).has(`${executionKey(execId)} was never seen`);',
      },
      {
        file: 'src/domain/order.ts',
        from: 'const longer = [...executionIds, key];',
        to: 'const longer = executionIds;',
      },
      { file: 'src/domain/order.ts', from: 'keysOf(executionIds).add(key)', to: 'keysOf(executionIds)' },
    ],
    faults: ['F8'],
    timeScale: 1,
    shows: 'quantitiesAgree',
    saw: "16 orders counted fills twice: `filled 8, the venue's order 4`; their histories do not replay either",
  },
  {
    name: 'several-things-a-turn',
    without: 'the rule that a turn of an order takes one message or result, however many Temporal brings at once',
    changes: [
      {
        file: 'workflows/order-turns.ts',
        from: "if (things > 1 && !patched('one-thing-a-turn')) return before;",
        to: 'if (things > 0) return before;',
      },
      {
        file: 'workflows/order-turns.ts',
        from: "export const takesOneThingATurn = (): boolean => patched('each-thing-a-turn');",
        to: 'export const takesOneThingATurn = (): boolean => false;',
      },
    ],
    // Only who replays each time gets the result of an empty task and an update together.
    faults: ['F18'],
    timeScale: 0.5,
    shows: 'historiesReplay',
    saw: '2 orders stuck for ever, which could neither be asked nor canceled; their histories do not replay',
  },
  {
    name: 'reservation-released-twice',
    without: 'the rule that only its end releases what an order reserves: its first fill does, too',
    changes: [
      {
        file: 'src/persistence/ledger.ts',
        from: 'const ended = order.end !== undefined || isTerminal(order.status);',
        to: 'const ended = order.end !== undefined || isTerminal(order.status) || order.fillCount > 0;',
      },
    ],
    faults: ['F9'],
    timeScale: 1,
    shows: 'reservationsCoverOrders',
    saw: 'orders that might trade 271 and reserved 0',
  },
];
