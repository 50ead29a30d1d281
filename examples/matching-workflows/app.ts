import { App, CfnOutput, Duration, Stack } from 'aws-cdk-lib';
import { IdMappingTechnique, IdMappingWorkflow, InputSource, MatchingWorkflow, ResolutionTechnique, WaitFor } from 'cdk-id-mapping';
import { FebrlTables, RULES } from '../febrl-tables';

/** Maps between two data sets that both have a matching workflow. The rules are those of the target. Both are run first. */
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
// A job may take longer than an hour on AWS.
const untilDone = { waitFor: WaitFor.SUCCEEDED, timeout: Duration.hours(2) };
crm.runOnDeploy('FirstMatching', untilDone);
const matching = loyalty.runOnDeploy('FirstMatching', untilDone);
const run = workflow.runOnDeploy('FirstRun', untilDone);

new CfnOutput(stack, 'MatchIds', { value: matching.metrics.matchIds });
new CfnOutput(stack, 'MappedRecords', { value: run.metrics.totalMappedRecords });
