import type { SettingName } from './config';

/** One variable as the documentation shows it. */
interface SettingText {
  readonly name: SettingName;
  readonly fallback: string;
  readonly meaning: string;
}

/** Every variable with its default and meaning, for the documentation; a test compares it with what is read. */
export const SETTINGS: readonly SettingText[] = [
  {
    name: 'TEMPORAL_ADDRESS',
    fallback: '',
    meaning: '`host:port` of your Temporal server; without it an embedded one is started',
  },
  { name: 'TEMPORAL_NAMESPACE', fallback: 'default', meaning: 'namespace of the orders' },
  { name: 'TEMPORAL_API_KEY', fallback: '', meaning: 'API key; implies TLS' },
  { name: 'TEMPORAL_TLS', fallback: '', meaning: '`true` or `false`; set by itself when any TLS material is given' },
  {
    name: 'TEMPORAL_TLS_CLIENT_CERT_PATH',
    fallback: '',
    meaning: 'client certificate (or `…_DATA` with the PEM itself)',
  },
  { name: 'TEMPORAL_TLS_CLIENT_CERT_DATA', fallback: '', meaning: 'client certificate as PEM' },
  { name: 'TEMPORAL_TLS_CLIENT_KEY_PATH', fallback: '', meaning: 'client key (or `…_DATA`)' },
  { name: 'TEMPORAL_TLS_CLIENT_KEY_DATA', fallback: '', meaning: 'client key as PEM' },
  { name: 'TEMPORAL_TLS_SERVER_CA_CERT_PATH', fallback: '', meaning: 'authority of the server (or `…_DATA`)' },
  { name: 'TEMPORAL_TLS_SERVER_CA_CERT_DATA', fallback: '', meaning: 'authority of the server as PEM' },
  { name: 'TEMPORAL_TLS_SERVER_NAME', fallback: '', meaning: 'name that the server certificate must have' },
  { name: 'TEMPORAL_CLI_PATH', fallback: '', meaning: 'the `temporal` program to start the embedded server with' },
  {
    name: 'DATABASE_URL',
    fallback: '',
    meaning: '`postgres://…` of your PostgreSQL; without it PGlite under the state folder',
  },
  { name: 'OMS_STATE_DIR', fallback: '.oms', meaning: 'folder of everything that must survive a restart' },
  { name: 'OMS_CATALOG', fallback: 'config/oms.json', meaning: 'instruments, accounts with limits, venues' },
  { name: 'OMS_TEMPORAL_PORT', fallback: '7233', meaning: 'port of the embedded Temporal server; 0 takes a free one' },
  { name: 'OMS_UI_PORT', fallback: '8233', meaning: 'port of its web page; 0 takes a free one' },
  { name: 'OMS_VENUE_PORT', fallback: '7400', meaning: 'port of the simulated venues; 0 takes a free one' },
  { name: 'OMS_LOG_LEVEL', fallback: 'info', meaning: 'trace, debug, info, warn, error, fatal or silent' },
  { name: 'OMS_MAX_CACHED_WORKFLOWS', fallback: '1000', meaning: 'orders kept in memory per worker' },
  {
    name: 'OMS_CALL_STACKS',
    fallback: 'false',
    meaning: 'true: Temporal\'s UI can show the "Call Stack" of a workflow, which costs the worker processor time',
  },
  {
    name: 'OMS_ROUTING_POLICY',
    fallback: 'WEIGHTED',
    meaning: 'route of orders that name none: BEST_PRICE, LOWEST_COST, FASTEST, ROUND_ROBIN or WEIGHTED',
  },
  {
    name: 'OMS_ROUTING_WEIGHTS',
    fallback: 'liquidity=0.4,fee=0.3,latency=0.2,regulatory=0.1',
    meaning: 'parts of the weighted score; they sum to 1',
  },
  {
    name: 'OMS_ROLES',
    fallback: 'orders,sessions,venues',
    meaning: '`npm run worker`: what the process works for, some of `orders`, `sessions` and `venues`',
  },
  {
    name: 'OMS_VENUES',
    fallback: '',
    meaning: '`npm run worker`: the venues whose task queues it works on; without it all of the catalog',
  },
  { name: 'OMS_VENUE_URL', fallback: '', meaning: '`npm run worker`: base URL of the simulated venues' },
  { name: 'OMS_HEALTH_HOST', fallback: '127.0.0.1', meaning: '`npm run worker`: address of `/live` and `/ready`' },
  { name: 'OMS_HEALTH_PORT', fallback: '8090', meaning: '`npm run worker`: port of them; 0 takes a free one' },
  {
    name: 'OMS_DEPLOYMENT',
    fallback: '',
    meaning:
      '`npm run worker`: name of the deployment; with it orders stay on the build that they began on (docs/DEPLOYS.md)',
  },
  {
    name: 'OMS_BUILD_ID',
    fallback: '',
    meaning: '`npm run worker`: name of the build in the deployment; without it a hash of the workflow code',
  },
  { name: 'OMS_VENUE_HOST', fallback: '127.0.0.1', meaning: '`npm run venue`: address on which it listens' },
  {
    name: 'OMS_MARKET_TIME',
    fallback: 'wall',
    meaning:
      '`npm run venue`: `wall`, or `replayed` with clocks kept in the state folder, which strategies then must share',
  },
];
