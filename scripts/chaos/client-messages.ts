/** What the judge and a client process tell each other. */
import type { OrderId } from '../../src/domain/ids';
import type { OrderChange, OrderRequest } from '../../src/domain/order-request';
import type { Beginning } from './chaos-process';

export type Command =
  | { readonly verb: 'submit'; readonly request: OrderRequest }
  | (ToOrder & { readonly verb: 'cancel'; readonly reason: string })
  | (ToOrder & { readonly verb: 'modify'; readonly change: OrderChange });

interface ToOrder {
  readonly orderId: OrderId;
  readonly commandId: string;
  readonly way: 'signal' | 'update';
}

export type ToClient =
  | { readonly kind: 'setup'; readonly address: string; readonly namespace: string }
  | { readonly kind: 'command'; readonly nth: number; readonly command: Command }
  | { readonly kind: 'stop' };

export type FromClient =
  | Beginning
  | { readonly kind: 'done'; readonly nth: number; readonly orderId?: OrderId }
  /** Final: an answer and no failure. */
  | { readonly kind: 'refused'; readonly nth: number; readonly why: string; readonly isAnswer: boolean };
