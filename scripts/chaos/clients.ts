/** Client processes that can be killed: what one of them was asked and had not answered is asked of another one. */
import { join } from 'node:path';
import type { OrderId } from '../../src/domain/ids';
import type { OrderChange, OrderRequest } from '../../src/domain/order-request';
import { CommandAnswered } from './answers';
import { ChaosProcess } from './chaos-process';
import type { Command, FromClient, ToClient } from './client-messages';

type Cancel = (orderId: OrderId, reason: string, commandId: string) => Promise<unknown>;
type Modify = (orderId: OrderId, change: OrderChange, commandId: string) => Promise<unknown>;

/** What the load needs of a client: commands as updates, which wait for their answers, and as signals. */
export interface OrderEntry {
  submit(request: OrderRequest): Promise<{ readonly orderId: OrderId }>;
  readonly cancel: Cancel;
  readonly modify: Modify;
  readonly signalCancel: Cancel;
  readonly signalModify: Modify;
}

interface Waiting {
  readonly client: ChaosProcess<ToClient, FromClient>;
  readonly done: (orderId: OrderId | undefined) => void;
  readonly failed: (error: Error) => void;
}

export interface ClientsOptions {
  readonly count: number;
  readonly address: () => string;
  readonly namespace: string;
  /** A client was killed. */
  readonly onKill: () => void;
}

export class Clients implements OrderEntry {
  private readonly clients: readonly ChaosProcess<ToClient, FromClient>[];
  private readonly waiting = new Map<number, Waiting>();
  private asked = 0;

  readonly cancel: Cancel = (orderId, reason, commandId) =>
    this.ask({ verb: 'cancel', orderId, reason, commandId, way: 'update' });
  readonly modify: Modify = (orderId, change, commandId) =>
    this.ask({ verb: 'modify', orderId, change, commandId, way: 'update' });
  readonly signalCancel: Cancel = (orderId, reason, commandId) =>
    this.ask({ verb: 'cancel', orderId, reason, commandId, way: 'signal' });
  readonly signalModify: Modify = (orderId, change, commandId) =>
    this.ask({ verb: 'modify', orderId, change, commandId, way: 'signal' });

  private constructor(private readonly options: ClientsOptions) {
    this.clients = Array.from({ length: options.count }, () => {
      const client: ChaosProcess<ToClient, FromClient> = new ChaosProcess({
        name: 'client',
        program: join(__dirname, 'client-process.ts'),
        onMessage: (message: FromClient) => {
          this.take(message);
        },
        onEnd: (signal) => {
          if (signal === 'SIGKILL') options.onKill();
          for (const [nth, { client: whose, failed }] of this.waiting) {
            if (whose !== client) continue;
            this.waiting.delete(nth);
            failed(new Error('the client process died before it answered'));
          }
        },
      });
      return client;
    });
  }

  static async start(options: ClientsOptions): Promise<Clients> {
    const clients = new Clients(options);
    await clients.revive();
    return clients;
  }

  async submit(request: OrderRequest): Promise<{ readonly orderId: OrderId }> {
    const orderId = await this.ask({ verb: 'submit', request });
    if (orderId === undefined) throw new Error('a client process answered without an order');
    return { orderId };
  }

  /** One of them dies with everything that it was asked, and is started again. */
  async killOne(nth: number): Promise<void> {
    await this.clients[nth % this.clients.length]?.kill();
    await this.revive();
  }
  async stop(): Promise<void> {
    await Promise.all(this.clients.map((client) => client.stop({ kind: 'stop' })));
  }

  private async revive(): Promise<void> {
    const { address, namespace } = this.options;
    await Promise.all(this.clients.map((client) => client.start({ kind: 'setup', address: address(), namespace })));
  }
  private ask(command: Command): Promise<OrderId | undefined> {
    this.asked += 1;
    const nth = this.asked;
    const alive = this.clients.filter(({ isUp }) => isUp);
    const client = alive[nth % Math.max(1, alive.length)];
    if (client === undefined) return Promise.reject(new Error('no client process runs'));
    return new Promise((done, failed) => {
      this.waiting.set(nth, { client, done, failed });
      client.tell({ kind: 'command', nth, command });
    });
  }
  private take(message: FromClient): void {
    if (message.kind !== 'done' && message.kind !== 'refused') return;
    const asked = this.waiting.get(message.nth);
    this.waiting.delete(message.nth);
    if (message.kind === 'done') asked?.done(message.orderId);
    else asked?.failed(message.isAnswer ? new CommandAnswered(message.why) : new Error(message.why));
  }
}
