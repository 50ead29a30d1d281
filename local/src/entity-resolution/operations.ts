import { Context } from './context';
import { idMappingJobOperations } from './id-mapping-jobs';
import { idMappingWorkflowOperations } from './id-mapping-workflows';
import { idNamespaceOperations } from './id-namespaces';
import { matchingJobOperations } from './matching-jobs';
import { matchingWorkflowOperations } from './matching-workflows';
import { policyOperations } from './policies';
import { providerServiceOperations } from './provider-services';
import { schemaMappingOperations } from './schema-mappings';
import { tagOperations } from './tags';

/** An operation's work: its input has passed the API model, which also picks the answer's members from the output. */
export type OperationHandler = (input: never, context: Context) => object | Promise<object>;

/** The operations that the local AWS Entity Resolution serves. */
export const OPERATIONS: Readonly<Record<string, OperationHandler>> = {
  ...schemaMappingOperations,
  ...matchingWorkflowOperations,
  ...matchingJobOperations,
  ...idNamespaceOperations,
  ...idMappingWorkflowOperations,
  ...idMappingJobOperations,
  ...providerServiceOperations,
  ...policyOperations,
  ...tagOperations,
};
