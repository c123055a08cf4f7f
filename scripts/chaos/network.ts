/** A network that can be cut: a TCP proxy on this machine between the workers and their venue. */
import { connect, createServer } from 'node:net';
import type { AddressInfo, Server, Socket } from 'node:net';

interface Pair {
  readonly near: Socket;
  readonly far: Socket;
}

export class Network {
  private readonly pairs = new Set<Pair>();
  private isSilent = false;
  private isShut = false;

  private constructor(
    private readonly server: Server,
    private readonly target: () => number,
  ) {}

  /** @param target The port that is reached through it, asked anew for every connection. */
  static async start(target: () => number): Promise<Network> {
    const server = createServer();
    const network = new Network(server, target);
    server.on('connection', (near) => {
      network.join(near);
    });
    await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
    return network;
  }

  get port(): number {
    return (this.server.address() as AddressInfo).port;
  }

  /** Ends every connection at once, as a router that restarts does. */
  drop(): void {
    for (const { near, far } of this.pairs) {
      near.destroy();
      far.destroy();
    }
  }
  /** Takes no connection and ends those there are, until it is open again. */
  shut(isShut: boolean): void {
    this.isShut = isShut;
    if (isShut) this.drop();
  }
  /** Half-open: connections stay, and nothing comes through any more; those of before are dead for good. */
  silence(isSilent: boolean): void {
    this.isSilent = isSilent;
    if (!isSilent) this.drop();
  }

  async stop(): Promise<void> {
    this.drop();
    await new Promise((done) => this.server.close(done));
  }

  private join(near: Socket): void {
    if (this.isShut) {
      near.destroy();
      return;
    }
    const far = connect(this.target(), '127.0.0.1');
    const pair = { near, far };
    this.pairs.add(pair);
    const end = (): void => {
      this.pairs.delete(pair);
      near.destroy();
      far.destroy();
    };
    for (const [from, to] of [
      [near, far],
      [far, near],
    ] as const) {
      from.on('data', (bytes) => {
        if (!this.isSilent) to.write(bytes);
      });
      from.on('error', end);
      from.on('close', end);
    }
  }
}
