export const NAMESPACE = 'default';

const nothing = (): void => undefined;
/** webpack's report of a success interests nobody; its errors are thrown. */
export const QUIET_BUNDLER = {
  log: nothing,
  trace: nothing,
  debug: nothing,
  info: nothing,
  warn: nothing,
  error: nothing,
};
