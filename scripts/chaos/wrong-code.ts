/** A line in the loop of every order, as it stands in the workflow bundle, with the name of the SDK's module. */
const ORDER_LOOP = /(const timer = new \S+\.WakeTimer\((\S+)\.sleep\);)/;

/**
 * Workflow code that no recorded history of an order fits: it waits for a moment before it does anything. Orders that
 * have begun cannot go on with it, and must go on without harm when it is taken back.
 */
export function wrongCode(code: string): string {
  if (!ORDER_LOOP.test(code)) throw new Error('the loop of the order was not found in the workflow bundle');
  return code.replace(ORDER_LOOP, '$1 await (0, $2.sleep)(1);');
}
