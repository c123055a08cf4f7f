/** Goal: what a schema cannot see. Method: compose file and manifests against the settings, programs and roles of this tree. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse, parseAllDocuments } from 'yaml';
import { loadCatalog } from '../../src/catalog';
import { readConfig, settingNames, WORKER_ROLES } from '../../src/config';
import { taskQueuesOf } from '../../workers/create-workers';
import { workerSettings } from '../../workers/worker-settings';

interface ComposeService {
  readonly image: string;
  readonly command?: readonly string[];
  readonly entrypoint?: readonly string[];
  readonly environment?: Readonly<Record<string, string>>;
  readonly ports?: readonly string[];
  readonly stop_grace_period?: string;
}
interface Container {
  readonly image: string;
  readonly command?: readonly string[];
  readonly args?: readonly string[];
  readonly env?: readonly { readonly name: string; readonly value?: string }[];
}
interface Manifest {
  readonly kind: string;
  readonly metadata: { readonly name: string };
  readonly data?: Readonly<Record<string, string>>;
  readonly spec?: {
    readonly template?: {
      readonly spec: { readonly containers: readonly Container[]; readonly terminationGracePeriodSeconds?: number };
    };
  };
}

const root = join(__dirname, '..', '..');
const read = (path: string): string => readFileSync(join(root, path), 'utf8');
const compose = parse(read('docker-compose.yml'), { merge: true }) as {
  readonly services: Readonly<Record<string, ComposeService>>;
};
const base = 'deploy/kubernetes/base';
const manifests = readdirSync(join(root, base))
  .filter((name) => name !== 'kustomization.yaml')
  .flatMap((name) => parseAllDocuments(read(`${base}/${name}`)).map((document) => document.toJS() as Manifest));
const containers = manifests.flatMap(({ spec }) => spec?.template?.spec.containers ?? []);
const ours = Object.values(compose.services).filter(({ image }) => image.startsWith('durable-oms:'));
const shared = manifests.find(({ metadata }) => metadata.name === 'durable-oms-settings')?.data ?? {};
const SECRET = { DATABASE_URL: 'postgres://oms:secret@postgres/oms' };

/** The environment of each process of ours, by where it is set up. */
const environments: readonly (readonly [string, Readonly<Record<string, string>>])[] = [
  ...Object.entries(compose.services).flatMap(([name, { image, environment }]) =>
    image.startsWith('durable-oms:') ? [[`compose ${name}`, environment ?? {}] as const] : [],
  ),
  ...manifests.flatMap(({ kind, metadata, spec }) =>
    (spec?.template?.spec.containers ?? []).map(({ env = [] }) => {
      const own = Object.fromEntries(env.map(({ name, value }) => [name, value ?? '']));
      return [`${kind} ${metadata.name}`, { ...shared, ...own, ...SECRET }] as const;
    }),
  ),
];
const workers = environments.filter(([, environment]) => environment['OMS_ROLES'] !== undefined);

test('both are there', () => {
  expect(ours).toHaveLength(5);
  expect(containers).toHaveLength(5);
  expect(workers).toHaveLength(6);
});

test.each(environments)('%s sets what is read, and readably', (_name, environment) => {
  expect(Object.keys(environment).filter((name) => !settingNames().includes(name))).toEqual([]);
  const { DATABASE_URL: _hidden, ...plain } = environment;
  expect(() => readConfig(plain)).not.toThrow();
});

test.each(workers)('%s has everything that a worker cannot do without', (_name, environment) => {
  const config = readConfig({ ...environment, ...SECRET });
  expect(() => workerSettings(config, loadCatalog('config/oms.json'))).not.toThrow();
});

test.each(['compose', 'Deployment'])('the workers of %s cover every task queue', (where) => {
  const { venues } = loadCatalog('config/oms.json');
  const all = taskQueuesOf({ orders: true, sessions: true, venues: venues.map(({ venue }) => venue) });
  const covered = workers
    .filter(([name]) => name.startsWith(where))
    .flatMap(([, environment]) =>
      taskQueuesOf(workerSettings(readConfig({ ...environment, ...SECRET }), { venues }).scope),
    );
  expect([...covered].sort()).toEqual([...all].sort());
  expect(WORKER_ROLES).toHaveLength(3);
});

test('every program that is started is one that the build makes', () => {
  const words = [
    ...ours.flatMap(({ command, entrypoint }) => [...(command ?? []), ...(entrypoint ?? [])]),
    ...containers.flatMap(({ command, args }) => [...(command ?? []), ...(args ?? [])]),
    /CMD (\[.*\])/.exec(read('Dockerfile'))?.[1] ?? '',
  ];
  const programs = words.flatMap((word) => word.match(/dist\/[\w./-]+\.js/g) ?? []);
  expect(programs.length).toBeGreaterThanOrEqual(13);
  expect(programs.filter((program) => !existsSync(join(root, program.slice(5).replace(/js$/, 'ts'))))).toEqual([]);
});

test('nothing listens beyond this machine, and no image is whatever is newest', () => {
  const services = Object.values(compose.services);
  expect(services.flatMap(({ ports = [] }) => ports).filter((port) => !port.startsWith('127.0.0.1:'))).toEqual([]);
  expect(services.map(({ image }) => image).filter((image) => !/:[\w.-]*\d[\w.-]*$/.test(image))).toEqual([]);
});

test('no secret is in them, and each variable that compose wants is in .env.example', () => {
  const example = read('.env.example');
  expect(example).toMatch(/^POSTGRES_PASSWORD=$/m);
  const wanted = [...read('docker-compose.yml').matchAll(/\$\{(\w+)/g)].map((match) => match[1] ?? '');
  expect(wanted.filter((name) => !new RegExp(`^${name}=`, 'm').test(example))).toEqual([]);
  expect(manifests.filter(({ kind }) => kind === 'Secret')).toEqual([]);
  expect(read('docker-compose.yml')).not.toMatch(/PASSWORD: (?!\$\{)\S/);
});

test('a worker gets longer to stop than its own grace', () => {
  const graces = [
    ...Object.entries(compose.services)
      .filter(([name]) => name.startsWith('worker-'))
      .map(([, { stop_grace_period }]) => Number.parseInt(stop_grace_period ?? '0', 10)),
    ...manifests
      .filter(({ kind }) => kind === 'Deployment')
      .map(({ spec }) => spec?.template?.spec.terminationGracePeriodSeconds ?? 0),
  ];
  expect(graces).toHaveLength(6);
  // 10 s of the SDK's grace and 15 s for closing: DRAIN_WITHIN_MS of workers/main.ts.
  expect(Math.min(...graces)).toBeGreaterThanOrEqual(26);
});

test('the catalog of the example overlay is one', () => {
  expect(loadCatalog(join(root, 'deploy/kubernetes/overlays/example/oms.json')).venues.length).toBeGreaterThan(0);
});
