/** Goal: what post-trade analysis needs is kept with decisions and executions, and what it finds is kept once. */
import { dec } from '../../src/domain/money';
import { describeBackends } from './store-backends';
import { accountSetup, approve, fillOf, needOf, OrderTape, requestOf, RUN } from './store-fixtures';

const QUOTE = { bidPrice: dec('99'), askPrice: dec('101.50'), lastPrice: dec('100'), marketTimeMs: 1_700_000_000_000 };

describeBackends('post-trade', (backend) => {
  const filled = async (account: string, id: string, execId: string, quote?: typeof QUOTE) => {
    const request = requestOf(account, id);
    const key = { orderId: `${account}/${id}` as never, step: 0, firstRunId: RUN };
    await backend().orders.decideOnce(key, request, 'USD', () => ({
      ...approve(needOf(request)),
      arrival: { quote: QUOTE, marketTimeMs: QUOTE.marketTimeMs + 5 },
    }));
    const tape = new OrderTape(request).accepted().filled(fillOf(execId));
    await backend().orders.record(tape.order, tape.events, RUN, quote);
  };

  it('T01 keeps the quote beside an execution, and books one without', async () => {
    await backend().orders.saveAccounts([accountSetup('t01')]);
    await filled('t01', 'with', 't01-1', QUOTE);
    await filled('t01', 'without', 't01-2');
    const rows = await backend().driver.query(
      "SELECT exec_id, quote FROM executions WHERE account = 't01' ORDER BY exec_id",
    );
    expect(rows).toEqual([
      { exec_id: 't01-1', quote: QUOTE },
      { exec_id: 't01-2', quote: null },
    ]);
  });
});
