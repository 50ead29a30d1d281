import { App, CfnOutput, Stack } from 'aws-cdk-lib';
import { IdMappingJob, IdMappingTechnique, IdMappingWorkflow, InputSource, MatchingWorkflow, ResolutionTechnique, WaitFor } from 'cdk-id-mapping';
import { FebrlTables, RULES } from '../febrl-tables';

/** Maps between two data sets that both have a matching workflow. The rules are those of the target. */
const stack = new Stack(new App(), 'MatchingWorkflows');
const tables = new FebrlTables(stack, 'Tables');
const technique = ResolutionTechnique.ruleBased({ rules: RULES });

const crm = new MatchingWorkflow(stack, 'Crm', { inputSources: [tables.input('crm')], technique });
const loyalty = new MatchingWorkflow(stack, 'Loyalty', { inputSources: [tables.input('loyalty')], technique });
const workflow = new IdMappingWorkflow(stack, 'CrmToLoyalty', {
  sources: [InputSource.matchingWorkflow(crm)],
  target: InputSource.matchingWorkflow(loyalty),
  technique: IdMappingTechnique.ruleBased(),
});
const run = new IdMappingJob(stack, 'FirstRun', { workflow, waitFor: WaitFor.SUCCEEDED });

new CfnOutput(stack, 'MappedRecords', { value: run.metrics.totalMappedRecords });
