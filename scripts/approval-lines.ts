/** What `npm run approvals` says on the terminal. */

/** A word that was not taken; the text names the command itself. */
export const refusalLine = ({ code, text }: { readonly code?: string; readonly text?: string }): string =>
  `${text ?? 'refused'}${code === undefined ? '' : ` (${code})`}`;
