import { Context } from './context';
import { idMappingJobOperations } from './id-mapping-jobs';
import { idMappingWorkflowOperations } from './id-mapping-workflows';
import { matchingWorkflowOperations } from './matching-workflows';
import { schemaMappingOperations } from './schema-mappings';
import { tagOperations } from './tags';

/** An operation's work: its input has passed the API model, which also picks the answer's members from the output. */
export type OperationHandler = (input: never, context: Context) => object;

/** The operations that the local AWS Entity Resolution serves. */
export const OPERATIONS: Readonly<Record<string, OperationHandler>> = {
  ...schemaMappingOperations,
  ...matchingWorkflowOperations,
  ...idMappingWorkflowOperations,
  ...idMappingJobOperations,
  ...tagOperations,
};
