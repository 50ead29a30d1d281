import { AccountRegion, IdMappingWorkflow, MatchingWorkflow } from './account-region';
import { isIdNamespace } from './workflow-input';
import { Operation } from '../rest-json/api-model';
import { Permission } from '../rest-json/authorization';

type StartedWorkflow = Pick<IdMappingWorkflow | MatchingWorkflow, 'inputSourceConfig' | 'roleArn'>;

const RESOURCE_TYPES: Readonly<Record<string, string>> = {
  idmappingworkflows: 'idmappingworkflow',
  idnamespaces: 'idnamespace',
  matchingworkflows: 'matchingworkflow',
  schemas: 'schemamapping',
};

/** The permissions that a call needs: for its operation, for the ID namespaces that its job uses, and for the roles that it hands to the service. */
export function requiredPermissions(
  operation: Operation, labels: Readonly<Record<string, string>>, input: object, accountRegion: AccountRegion,
): Permission[] {
  const workflow = startedWorkflow(operation, input, accountRegion);
  return [
    { action: `entityresolution:${operation.name}`, resourceArn: resourceArn(operation, labels, accountRegion), context: {} },
    ...(workflow?.inputSourceConfig ?? []).filter(isIdNamespace).map(({ inputSourceARN }) =>
      ({ action: 'entityresolution:UseIdNamespace', resourceArn: inputSourceARN, context: {} })),
    ...passedRoles(input, workflow?.roleArn).map((roleArn) =>
      ({ action: 'iam:PassRole', resourceArn: roleArn, context: { 'iam:PassedToService': 'entityresolution.amazonaws.com' } })),
  ];
}

function resourceArn({ http }: Operation, labels: Readonly<Record<string, string>>, { account, region }: AccountRegion): string {
  const [name] = Object.values(labels);
  const prefix = `arn:aws:entityresolution:${region}:${account}:`;
  if (name === undefined) {
    return `${prefix}*`;
  }
  return name.startsWith('arn:') ? name : `${prefix}${RESOURCE_TYPES[http.requestUri.split('/')[1]]}/${name}`;
}

/** The workflow whose job the call starts. */
function startedWorkflow({ name }: Operation, input: object, accountRegion: AccountRegion): StartedWorkflow | undefined {
  const workflowName = (input as { workflowName?: string }).workflowName?.split('/').pop();
  switch (name) {
    case 'StartIdMappingJob': return accountRegion.idMappingWorkflows.find(workflowName!)?.members;
    case 'StartMatchingJob': return accountRegion.matchingWorkflows.find(workflowName!)?.members;
    default: return undefined;
  }
}

function passedRoles(input: object, workflowRoleArn: string | undefined): string[] {
  const { roleArn, outputSourceConfig } = input as { roleArn?: string; outputSourceConfig?: { roleArn?: string }[] };
  return [roleArn, workflowRoleArn, ...(outputSourceConfig ?? []).map((output) => output.roleArn)].filter((arn) => arn !== undefined && arn !== '')
    .map(String);
}
