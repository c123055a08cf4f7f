// The import table: what each room may import. Anything not listed is forbidden; tests may import all.
// `test/tidy/rules.test.ts` proves that each kind of rule bites.

const core =
  '^(node:)?(assert|buffer|child_process|crypto|events|fs|fs/promises|http|https|module|net|os|path|perf_hooks|readline|stream|timers|timers/promises|tls|url|util|worker_threads|zlib)$';
const npm = (...names) => names.map((name) => `node_modules/${name.replaceAll('.', '\\.')}/`);

/**
 * Two rules for one room: the first forbids every import that is not listed, the second forbids importing as a value
 * what is listed for its types only.
 */
function room({ name, path, values, types = [], comment, own = path }) {
  const onlyForTypes = types.map((pattern) => pattern);
  return [
    {
      name: `${name}-imports`,
      comment,
      severity: 'error',
      from: { path },
      to: { pathNot: [own, ...values, ...onlyForTypes] },
    },
    ...(onlyForTypes.length === 0
      ? []
      : [
          {
            name: `${name}-types-only`,
            comment: `${comment} What is listed for its types must be imported with "import type".`,
            severity: 'error',
            from: { path },
            to: { path: onlyForTypes, pathNot: [own, ...values], dependencyTypesNot: ['type-only'] },
          },
        ]),
  ];
}

const settings = '^src/(config|logging)\\.ts$';

module.exports = {
  forbidden: [
    {
      name: 'no-circular',
      comment: 'A cycle of values breaks at load time in an order nobody chose.',
      severity: 'error',
      from: {},
      to: { circular: true, viaOnly: { dependencyTypesNot: ['type-only'] } },
    },
    {
      name: 'not-to-unresolvable',
      comment: 'An import that resolves to nothing would slip through every rule below.',
      severity: 'error',
      from: {},
      to: { couldNotResolve: true },
    },
    ...room({
      name: 'domain',
      comment: 'The domain is pure: no I/O, clock, chance, Temporal or Node.',
      path: '^src/domain/',
      values: npm('decimal.js'),
    }),
    ...room({
      name: 'calendars',
      comment: 'Calendars are data and date arithmetic behind a port.',
      path: '^src/calendars/',
      values: ['^src/domain/', ...npm('luxon', '@types/luxon')],
      types: ['^src/ports/'],
    }),
    ...room({
      name: 'contracts',
      comment: 'What crosses a process is the domain in wire form, and its zod schemas.',
      path: '^src/contracts/',
      values: ['^src/domain/', ...npm('zod')],
    }),
    ...room({
      name: 'ports',
      comment: 'Ports are interfaces: types only.',
      path: '^src/ports/',
      values: [],
      types: ['^src/(domain|contracts)/'],
    }),
    ...room({
      name: 'workflows',
      comment: 'Workflow code must replay: it sees the domain, wire names and types, never a driver.',
      path: '^workflows/',
      values: ['^src/domain/', '^src/contracts/names\\.ts$', ...npm('@temporalio/workflow', '@temporalio/common')],
      types: ['^src/contracts/', '^activities/contract\\.ts$'],
    }),
    ...room({
      name: 'activities',
      comment: 'Activities get their dependencies as arguments and know only the ports.',
      path: '^activities/',
      values: [
        '^src/(domain|contracts)/',
        ...npm('@temporalio/activity', '@temporalio/common'),
        // Whether a limit document is usable is asked where it is proposed and where it is read.
        '^src/risk-limits\\.ts$',
        // A wait with an end needs no driver either.
        '^src/in-time\\.ts$',
        // A hash chain and a random id need no driver.
        '^(node:)?crypto$',
      ],
      types: ['^src/ports/', ...npm('pino')],
    }),
    {
      name: 'venues-imports',
      comment: 'A connector knows the domain, the contracts, the ports as types and its own driver.',
      severity: 'error',
      // A venue's main.ts is a process of its own (the simulated venue) and puts that process together.
      from: { path: '^src/venues/([^/]+)/', pathNot: '^src/venues/[^/]+/main\\.ts$' },
      to: {
        pathNot: [
          '^src/venues/$1/',
          '^src/(domain|contracts|ports)/',
          settings,
          core,
          // Its own driver: any package but those that belong to another room.
          'node_modules/(?!@temporalio/|@electric-sql/|pg/|commander/)',
        ],
      },
    },
    {
      name: 'venues-types-only',
      comment: 'A connector implements a port; it imports its type only.',
      severity: 'error',
      from: { path: '^src/venues/' },
      to: { path: '^src/ports/', dependencyTypesNot: ['type-only'] },
    },
    ...room({
      name: 'persistence',
      comment: 'Stores know SQL, never a venue, HTTP or Temporal.',
      path: '^src/persistence/',
      values: [
        '^src/(domain|contracts)/',
        '^src/in-time\\.ts$',
        settings,
        core,
        ...npm(
          'pg',
          '@types/pg',
          'pg-types',
          '@electric-sql/pglite',
          'proper-lockfile',
          '@types/proper-lockfile',
          'zod',
        ),
      ],
      types: ['^src/ports/'],
    }),
    ...room({
      name: 'temporal',
      comment: 'Connections, the embedded server and client calls; never a worker or a store.',
      path: '^src/temporal/',
      values: [
        '^src/(contracts|domain)/',
        settings,
        core,
        ...npm('@temporalio/(client|common|worker|proto|core-bridge)', 'proper-lockfile', '@types/proper-lockfile'),
      ],
      types: ['^workflows/'],
    }),
    ...room({
      name: 'client',
      comment: 'The client library is light: a strategy that imports it gets no server, worker or logger.',
      path: '^src/client/',
      values: [
        '^src/(contracts|domain|temporal)/',
        '^src/(config|risk-limits)\\.ts$',
        '^workflows/messages\\.ts$',
        core,
        ...npm('@temporalio/(client|common)', 'zod', 'ws', '@types/ws'),
      ],
      types: ['^workflows/'],
    }),
    ...room({
      name: 'strategies',
      comment: 'A strategy uses what every user has: the client, quotes and the domain; it is there to be copied.',
      path: '^src/strategies/',
      values: ['^src/(client|domain)/'],
      types: ['^src/(contracts|ports)/'],
    }),
    ...room({
      name: 'http',
      comment: 'The gateway parses, asks the domain and calls Temporal; stores come in as ports.',
      path: '^src/http/',
      values: [
        '^src/(contracts|domain|temporal|client)/',
        settings,
        '^workflows/messages\\.ts$',
        core,
        ...npm('@temporalio/(client|common)', 'fastify', '@fastify/[^/]+', 'zod', 'ws', '@types/ws', 'pino', 'fflate'),
      ],
      types: ['^workflows/', '^src/ports/'],
    }),
    ...room({
      name: 'cli',
      comment: 'The command line is a client that can also start workers.',
      path: '^src/cli/',
      values: [
        '^src/(contracts|domain|temporal|client)/',
        settings,
        '^workers/',
        '^workflows/messages\\.ts$',
        core,
        ...npm('@temporalio/(client|common)', 'commander', 'zod', 'pino', 'ws', '@types/ws'),
      ],
      types: ['^workflows/', '^src/ports/'],
    }),
    ...room({
      name: 'web',
      comment: 'The page speaks HTTP only.',
      path: '^src/web/',
      values: [],
      types: ['^src/contracts/'],
    }),
    {
      name: 'settings-imports',
      comment: 'Configuration and logging are leaves that every process loads first.',
      severity: 'error',
      from: { path: settings },
      to: {
        pathNot: [
          settings,
          '^src/(domain|contracts)/',
          core,
          ...npm('zod', 'pino', 'pino-pretty', '@temporalio/(common|worker)'),
        ],
      },
    },
    {
      name: 'workers-load-workflows-by-path',
      comment: 'A worker bundles workflow code by its path; a value import would run it outside the sandbox.',
      severity: 'error',
      from: { path: '^(workers|scripts)/' },
      to: { path: '^workflows/', pathNot: '^workflows/messages\\.ts$', dependencyTypesNot: ['type-only'] },
    },
    {
      name: 'product-needs-no-tests',
      comment: 'What ships must run without the test tree and without development packages.',
      severity: 'error',
      from: { path: '^(src|workflows|activities|workers|scripts)/' },
      to: { path: '^test/' },
    },
    {
      name: 'sandbox-reaches-no-node',
      comment:
        'Nothing that workflow code reaches, over any number of steps, may be a Node built-in, a driver or a process.',
      severity: 'error',
      from: { path: '^workflows/' },
      to: {
        reachable: true,
        path: [
          '^(node:)?(fs|fs/promises|net|tls|http|https|crypto|child_process|os|path|process|timers|worker_threads)$',
          '^src/(venues|persistence|temporal|http|cli|client)/',
          '^workers/',
          'node_modules/(zod|pg|pino|fastify|luxon)/',
        ],
      },
    },
  ],
  options: {
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '^dist/' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'require', 'node', 'default', 'types'],
    },
  },
};
