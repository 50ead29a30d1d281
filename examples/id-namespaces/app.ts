import { App, CfnOutput, Duration, Stack } from 'aws-cdk-lib';
import {
  IdMappingTechnique, IdMappingWorkflow, IdMappingWorkflowProperties, IdNamespace, IdNamespaceType, InputSource, MatchingWorkflow,
  RecordMatchingModel, ResolutionTechnique, RuleDefinitionType, WaitFor,
} from 'cdk-id-mapping';
import { FebrlTables, RULES } from '../febrl-tables';

/** Maps between two ID namespaces: each says how its data may be used, and reads it with a role of its own. */
const stack = new Stack(new App(), 'IdNamespaces');
const tables = new FebrlTables(stack, 'Tables');

const crm = new IdNamespace(stack, 'Crm', {
  type: IdNamespaceType.SOURCE,
  inputSources: [tables.input('crm')],
  idMappingWorkflowProperties: IdMappingWorkflowProperties.ruleBased({ recordMatchingModels: [RecordMatchingModel.ONE_SOURCE_TO_ONE_TARGET] }),
});
const members = new MatchingWorkflow(stack, 'Members', {
  inputSources: [tables.input('loyalty')],
  technique: ResolutionTechnique.ruleBased({ rules: RULES }),
});
const loyalty = new IdNamespace(stack, 'Loyalty', {
  type: IdNamespaceType.TARGET,
  inputSources: [InputSource.matchingWorkflow(members)],
  idMappingWorkflowProperties: IdMappingWorkflowProperties.ruleBased({ ruleDefinitionTypes: [RuleDefinitionType.TARGET] }),
});

const workflow = new IdMappingWorkflow(stack, 'CrmToLoyalty', {
  sources: [InputSource.idNamespace(crm)],
  target: InputSource.idNamespace(loyalty),
  technique: IdMappingTechnique.ruleBased({ recordMatchingModel: RecordMatchingModel.ONE_SOURCE_TO_ONE_TARGET }),
});
// A job may take longer than an hour on AWS.
const untilDone = { waitFor: WaitFor.SUCCEEDED, timeout: Duration.hours(2) };
members.runOnDeploy('Index', untilDone);
const run = workflow.runOnDeploy('FirstRun', untilDone);

new CfnOutput(stack, 'MappedRecords', { value: run.metrics.totalMappedRecords });
