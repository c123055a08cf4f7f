/** Codes of gRPC with which a Temporal server refuses, as far as something is decided by them. */
const CODES = { notFound: 5, permissionDenied: 7, unimplemented: 12 } as const;

/** Whether an error is such a refusal. */
export const hasGrpcStatus = (error: unknown, status: keyof typeof CODES): boolean =>
  typeof error === 'object' && error !== null && 'code' in error && error.code === CODES[status];
