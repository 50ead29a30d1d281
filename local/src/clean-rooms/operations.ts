import { collaborationOperations } from './collaborations';
import { Context } from './context';
import { idMappingTableOperations } from './id-mapping-tables';
import { idNamespaceAssociationOperations } from './id-namespace-associations';
import { membershipOperations } from './memberships';
import { schemaOperations } from './schemas';
import { tagOperations } from './tags';

/** An operation's work: its input has passed the API model, which also picks the answer's members from the output. */
export type OperationHandler = (input: never, context: Context) => object | Promise<object>;

/** The operations that the local AWS Clean Rooms serves. */
export const OPERATIONS: Readonly<Record<string, OperationHandler>> = {
  ...collaborationOperations,
  ...membershipOperations,
  ...idNamespaceAssociationOperations,
  ...idMappingTableOperations,
  ...schemaOperations,
  ...tagOperations,
};
