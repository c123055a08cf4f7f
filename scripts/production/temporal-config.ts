/** The configuration of a Temporal server of one process with PostgreSQL as its store, as its own tools want it. */
import { LOOPBACK } from '../../src/temporal/server-ports';

/** As many as the containers of docker-compose.yml have. */
export const HISTORY_SHARDS = 64;

export interface TemporalPorts {
  readonly frontend: number;
  readonly others: readonly number[];
}
/** Ports that one server needs beside the clients': gRPC of three services, membership of four, HTTP. */
export const OTHER_PORTS = 8;

export interface StoreAddress {
  /** `host:port` of PostgreSQL. */
  readonly address: string;
  readonly user: string;
}

export const DATABASES = { main: 'temporal', visibility: 'temporal_visibility' } as const;

/**
 * The static configuration; JSON is YAML.
 * @param historyShards Can never be changed for a database.
 */
export function temporalConfig(
  store: StoreAddress,
  ports: TemporalPorts,
  dynamicConfigPath: string,
  historyShards: number = HISTORY_SHARDS,
): string {
  const [history, matching, worker, ...rest] = ports.others;
  const [frontendMember, historyMember, matchingMember, workerMember, http] = rest;
  const rpc = (grpcPort = 0, membershipPort = 0, more = {}) => ({
    rpc: { grpcPort, membershipPort, bindOnLocalHost: true, ...more },
  });
  return JSON.stringify(
    {
      log: { stdout: true, level: 'warn' },
      persistence: {
        defaultStore: 'main',
        visibilityStore: 'visibility',
        numHistoryShards: historyShards,
        datastores: { main: datastore(store, DATABASES.main), visibility: datastore(store, DATABASES.visibility) },
      },
      global: { membership: { maxJoinDuration: '30s', broadcastAddress: LOOPBACK } },
      services: {
        frontend: rpc(ports.frontend, frontendMember, { httpPort: http ?? 0 }),
        history: rpc(history, historyMember),
        matching: rpc(matching, matchingMember),
        worker: rpc(worker, workerMember),
      },
      clusterMetadata: {
        enableGlobalNamespace: false,
        failoverVersionIncrement: 10,
        masterClusterName: 'active',
        currentClusterName: 'active',
        clusterInformation: {
          active: {
            enabled: true,
            initialFailoverVersion: 1,
            rpcName: 'frontend',
            rpcAddress: `${LOOPBACK}:${String(ports.frontend)}`,
          },
        },
      },
      dcRedirectionPolicy: { policy: 'noop' },
      dynamicConfigClient: { filepath: dynamicConfigPath, pollInterval: '60s' },
    },
    undefined,
    2,
  );
}

/** The rate limits share a cluster among many; one system has this one for itself, and a benchmark shall not meet them. */
const RATE_LIMITS = Object.fromEntries(
  ['frontend.rps', 'frontend.namespaceRPS', 'history.rps', 'matching.rps'].map((name) => [name, 100_000]),
);

export type DynamicConfig = Readonly<Record<string, number | string>>;

/** The dynamic configuration: no rate limits, and what is given. */
export function dynamicConfigOf(given: DynamicConfig = {}): string {
  const settings = Object.entries({ ...RATE_LIMITS, ...given });
  return JSON.stringify(Object.fromEntries(settings.map(([name, value]) => [name, [{ value }]])), undefined, 2);
}

function datastore({ address, user }: StoreAddress, databaseName: string) {
  return {
    sql: {
      pluginName: 'postgres12',
      databaseName,
      connectAddr: address,
      connectProtocol: 'tcp',
      user,
      password: '',
      maxConns: 40,
      maxIdleConns: 40,
      maxConnLifetime: '1h',
    },
  };
}
