import { App, CfnOutput, Duration, Stack } from 'aws-cdk-lib';
import {
  IdMappingTechnique, IdMappingWorkflow, IdNamespace, IdNamespaceType, InputSource, MatchingWorkflow, ResolutionTechnique, WaitFor,
} from 'cdk-id-mapping';
import { FebrlTables, RULES } from '../febrl-tables';

const app = new App();
const region = app.node.getContext('region');
const crmAccount = app.node.getContext('crmAccount');
const loyaltyAccount = app.node.getContext('loyaltyAccount');

// A job may take longer than an hour on AWS.
const untilDone = { waitFor: WaitFor.SUCCEEDED, timeout: Duration.hours(2) };

/** The account of the loyalty programme shares its members as an ID namespace. */
const owner = new Stack(app, 'Loyalty', { env: { account: loyaltyAccount, region } });
const members = new MatchingWorkflow(owner, 'Members', {
  inputSources: [new FebrlTables(owner, 'Tables').input('loyalty')],
  technique: ResolutionTechnique.ruleBased({ rules: RULES }),
});
const loyalty = new IdNamespace(owner, 'Namespace', {
  type: IdNamespaceType.TARGET,
  // The other account refers to it by this name.
  idNamespaceName: 'loyalty',
  inputSources: [InputSource.matchingWorkflow(members)],
});
loyalty.grants.use(crmAccount);
members.runOnDeploy('Index', untilDone);

/** The account of the CRM maps its customers to these members. It sees none of their data. */
const user = new Stack(app, 'Crm', { env: { account: crmAccount, region } });
// Deployed first, so that the namespace is there and allows its use.
user.addDependency(owner);
const workflow = new IdMappingWorkflow(user, 'CrmToLoyalty', {
  sources: [new FebrlTables(user, 'Tables').input('crm')],
  target: InputSource.idNamespace(loyalty),
  technique: IdMappingTechnique.ruleBased(),
});
const run = workflow.runOnDeploy('FirstRun', untilDone);

new CfnOutput(user, 'MappedRecords', { value: run.metrics.totalMappedRecords });
