import { WorkflowUpdateFailedError } from '@temporalio/client';
import { OrderClosedError, OrderConflictError, OrderRequestError } from '../../src/client/errors';

/** An answer that a client process got to a command. */
export class CommandAnswered extends Error {}

/** A command whose order had ended before is answered, and that is the end of it; everything else is tried again. */
export const isAnswer = (error: unknown): boolean =>
  error instanceof CommandAnswered ||
  error instanceof OrderClosedError ||
  error instanceof OrderConflictError ||
  error instanceof OrderRequestError ||
  error instanceof WorkflowUpdateFailedError;
