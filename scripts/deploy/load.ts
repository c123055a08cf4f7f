/** Orders that never stop coming while builds come and go: young ones, and a few that stay for long. */
import { dec } from '../../src/domain/money';
import type { OrderId } from '../../src/domain/ids';
import type { OrderRequest } from '../../src/domain/order-request';
import { pause } from '../chaos/persistently';
import type { Random } from '../chaos/random';
import type { Stage } from './stage';

export const VENUE = 'SIMX';
const SYMBOL = 'BTCUSDT';
/** Below the market of the recorded day, which goes on for the whole run, and within any collar. */
const PRICE = { rests: '16500', restsLower: '16400' } as const;
/** Between two orders: some four a second, which leaves a small machine time for three builds. */
const PAUSE_MS = 250;
/** How long a young order rests before it is canceled. */
const RESTS_MS = [500, 4_000] as const;

/** Which part of the run an order began in. */
export type Phase = 'a' | 'b' | 'wrong' | 'back' | 'switch';
export interface Sent {
  readonly orderId: OrderId;
  readonly phase: Phase;
  readonly life: 'takes the market' | 'is canceled' | 'is changed often' | 'rests for long';
}

export class Load {
  readonly sent: Sent[] = [];
  /** Which part of the run it is now. */
  phase: Phase = 'a';
  private readonly living: Promise<void>[] = [];
  private nth = 0;

  constructor(
    private readonly stage: Stage,
    private readonly random: Random,
  ) {}

  /** Sends young orders one after the other until `count` are sent and `busy` is over, or at once when that fails. */
  async flow(count: number, busy: Promise<unknown>): Promise<void> {
    const state = { isBusy: true, hasFailed: false };
    const over = busy.finally(() => (state.isBusy = false));
    // Told by the last line; nobody shall take it for unhandled meanwhile.
    over.catch(() => (state.hasFailed = true));
    for (let begun = 0; !state.hasFailed && (begun < count || state.isBusy); begun += 1) {
      const living = this.young();
      living.catch(() => undefined);
      this.living.push(living);
      // Past what was asked for, it only has to go on while builds come and go.
      await pause(begun < count ? PAUSE_MS : 4 * PAUSE_MS);
    }
    await over;
  }
  /** Waits until so many orders have begun in this part of the run. */
  async phaseHas(count: number): Promise<void> {
    while (this.sent.filter(({ phase }) => phase === this.phase).length < count) await pause(PAUSE_MS);
  }
  /** Every young order has been told all that it is to do. */
  async told(): Promise<void> {
    await Promise.all(this.living.splice(0));
  }

  /** Orders good till canceled: half of them changed again and again, so that they continue as new, half left alone. */
  async longLived(count: number): Promise<readonly Sent[]> {
    return Promise.all(
      Array.from({ length: count }, async (_, at) => {
        const request = this.request({ limitPrice: dec(PRICE.rests) });
        return this.send(request, { life: at % 2 === 0 ? 'is changed often' : 'rests for long' });
      }),
    );
  }
  /** Changes the price of an order to and fro. */
  async change({ orderId }: Sent, turn: number): Promise<void> {
    const limitPrice = dec(turn % 2 === 0 ? PRICE.restsLower : PRICE.rests);
    await this.stage.orders.modify(orderId, { limitPrice });
  }

  private async young(): Promise<void> {
    if (this.random.next() < 0.5) {
      const request = this.request({ type: 'MARKET', timeInForce: 'IOC' });
      await this.send(request, { life: 'takes the market' });
      return;
    }
    const request = this.request({ limitPrice: dec(PRICE.rests) });
    const { orderId } = await this.send(request, { life: 'is canceled' });
    await pause(this.random.whole(...RESTS_MS));
    await this.stage.orders.signalCancel(orderId, 'the run wants it', `cancel-${request.clientOrderId}`);
  }
  private async send(request: OrderRequest, about: Pick<Sent, 'life'>): Promise<Sent> {
    const { phase } = this;
    const { orderId } = await this.stage.orders.submit(request);
    // It began after the switch when that came while it was on its way.
    const sent = { orderId, phase: phase === this.phase ? phase : 'switch', ...about } as const;
    this.sent.push(sent);
    return sent;
  }
  private request(change: Partial<OrderRequest>): OrderRequest {
    this.nth += 1;
    return {
      ...{ clientOrderId: `r${String(this.nth)}`, account: 'alpha', strategy: 'rolling', symbol: SYMBOL },
      ...{ side: 'BUY', type: 'LIMIT', quantity: dec('0.0005'), timeInForce: 'GTC', routing: 'VENUE', venue: VENUE },
      ...change,
    };
  }
}
