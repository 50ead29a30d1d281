import { App, CfnOutput, Stack } from 'aws-cdk-lib';
import {
  IdMappingJob, IdMappingTechnique, IdMappingWorkflow, InputSource, MatchingJob, MatchingWorkflow, ResolutionTechnique, WaitFor,
} from 'cdk-id-mapping';
import { FebrlTables, RULES } from '../febrl-tables';

/** Maps between two data sets that both have a matching workflow. The rules are those of the target, which is run first. */
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
const matching = new MatchingJob(stack, 'FirstMatching', { workflow: loyalty, waitFor: WaitFor.SUCCEEDED });
const run = new IdMappingJob(stack, 'FirstRun', { workflow, waitFor: WaitFor.SUCCEEDED });
run.node.addDependency(matching);

new CfnOutput(stack, 'MatchIds', { value: matching.metrics.matchIds });
new CfnOutput(stack, 'MappedRecords', { value: run.metrics.totalMappedRecords });
