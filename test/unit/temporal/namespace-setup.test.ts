import { temporal } from '@temporalio/proto';
import { requireNamespace } from '../../../src/temporal/namespace-setup';

const KEYWORD = temporal.api.enums.v1.IndexedValueType.INDEXED_VALUE_TYPE_KEYWORD;
const WANTED = {
  namespace: 'orders',
  searchAttributes: ['OmsAccount', 'OmsSymbol', 'OmsStatus'],
  address: 'a.example:7233',
  setting: 'TEMPORAL_NAMESPACE=orders',
};

/** The one call that is made, of a server that has these attributes. */
function serverWith(list: () => Promise<{ customAttributes: Record<string, number> }>) {
  return { operatorService: { listSearchAttributes: list } } as unknown as Parameters<typeof requireNamespace>[0];
}

test('a prepared namespace passes', async () => {
  const customAttributes = { OmsAccount: KEYWORD, OmsSymbol: KEYWORD, OmsStatus: KEYWORD, Other: 2 };
  await expect(
    requireNamespace(
      serverWith(() => Promise.resolve({ customAttributes })),
      WANTED,
    ),
  ).resolves.toBeUndefined();
});

test('missing search attributes are named, with the command that makes them', async () => {
  const server = serverWith(() => Promise.resolve({ customAttributes: { OmsSymbol: KEYWORD } }));
  await expect(requireNamespace(server, WANTED)).rejects.toThrow(
    /Namespace orders of the Temporal server at a\.example:7233 lacks the search attributes OmsAccount, OmsStatus, .*`npm run setup-temporal`/,
  );
});

test('a namespace that does not exist is named with its setting', async () => {
  const server = serverWith(() => Promise.reject(Object.assign(new Error('5 NOT_FOUND'), { code: 5 })));
  await expect(requireNamespace(server, WANTED)).rejects.toThrow(
    'TEMPORAL_NAMESPACE=orders: the Temporal server at a.example:7233 has no such namespace. Correct it, or make it with `npm run setup-temporal`.',
  );
});

test.each([7, 12])('a server that does not let us look (gRPC status %d) is believed', async (code) => {
  const server = serverWith(() => Promise.reject(Object.assign(new Error('no'), { code })));
  await expect(requireNamespace(server, WANTED)).resolves.toBeUndefined();
});
