import { hasGrpcStatus } from '../../../src/temporal/grpc-status';

test('a refusal is known by its code, and nothing else is taken for one', () => {
  const refused = Object.assign(new Error('5 NOT_FOUND'), { code: 5 });
  expect(hasGrpcStatus(refused, 'notFound')).toBe(true);
  expect(hasGrpcStatus(refused, 'unimplemented')).toBe(false);
  for (const other of [new Error('5'), '5', undefined, null, { code: '5' }])
    expect(hasGrpcStatus(other, 'notFound')).toBe(false);
});
