import { join } from 'node:path';
import { ControlClient, LocalAws } from 'id-mapping-local';
import { Demonstration, percent, runCdk, Tell } from '../demonstration';
import { febrl, isSamePerson } from '../febrl';
import { inAccount } from '../in-account';
import { stackOutputs } from '../stack-outputs';
import { upload } from '../upload';

/** The accounts are those of the cdk.json files. */
const ADVERTISER = { account: '111111111111', app: join(__dirname, 'advertiser'), dataBucket: 'advertiser-data' };
const PUBLISHER = { account: '222222222222', app: join(__dirname, 'publisher'), dataBucket: 'publisher-data' };

type Party = typeof ADVERTISER;
type Table = Awaited<ReturnType<ControlClient['idMappingTable']>>;

/** Customers whom the advertiser wins, and loses, after the table was populated first. */
const LATER = 50;

/** What the steps hand on. */
interface Demo {
  aws: LocalAws;

  /** The people of the FEBRL data sets as CSV: all of the publisher's, and the advertiser's before and after. */
  audience: string;
  customers: string;
  customersLater: string;
  collaborationId: string;
  publisherNamespaceArn: string;
  first: Populated;
  refreshed: Populated;
}

/** A populated table and what its job counted. */
interface Populated {
  readonly table: Table;
  readonly counts: Record<string, string>;
}

const demonstration = new Demonstration<Demo>()
  .step('Get the FEBRL data sets', async (demo) => {
    const { originals, duplicates } = await febrl();
    const [header, ...people] = duplicates.trimEnd().split('\n');
    demo.audience = originals;
    demo.customers = [header, ...people.slice(0, -LATER)].join('\n');
    demo.customersLater = [header, ...people.slice(LATER)].join('\n');
  })
  .step('Each party uploads its own people', async ({ audience, customers }) => {
    await inAccount(ADVERTISER.account, () => upload(ADVERTISER.dataBucket, { 'customers/people.csv': customers }));
    await inAccount(PUBLISHER.account, () => upload(PUBLISHER.dataBucket, { 'audience/people.csv': audience }));
  })
  .step('1. The advertiser deploys Invitation: the collaboration, and its own membership', async (demo, tell) => {
    await cdkOf(ADVERTISER, tell, 'bootstrap');
    await cdkOf(ADVERTISER, tell, 'deploy', 'Invitation');
    demo.collaborationId = (await outputsOf(ADVERTISER, 'Invitation')).CollaborationId;
  })
  .step('2. The publisher deploys Publisher: joins, and associates its audience', async (demo, tell) => {
    const context = ['--context', `collaborationId=${demo.collaborationId}`];
    await cdkOf(PUBLISHER, tell, 'bootstrap', ...context);
    await cdkOf(PUBLISHER, tell, 'deploy', 'Publisher', ...context);
    demo.publisherNamespaceArn = (await outputsOf(PUBLISHER, 'Publisher')).IdNamespaceArn;
  })
  .step('3. The advertiser deploys Mapping: associates its customers, makes the table, populates it', async (demo, tell) => {
    demo.first = await populate(demo, tell, '1');
  })
  .step(`4. ${LATER} customers come, ${LATER} go: the advertiser deploys Mapping again, which maps only them`, async (demo, tell) => {
    await inAccount(ADVERTISER.account, () => upload(ADVERTISER.dataBucket, { 'customers/people.csv': demo.customersLater }));
    demo.refreshed = await populate(demo, tell, '2');
  });

async function cdkOf({ account, app, dataBucket }: Party, tell: Tell, command: string, ...args: string[]): Promise<void> {
  const approval = command === 'deploy' ? ['--require-approval', 'never'] : [];
  await inAccount(account, () => runCdk(app, tell, command, ...args, ...approval, '--context', `dataBucket=${dataBucket}`));
}

function outputsOf({ account }: Party, stackName: string): Promise<Record<string, string>> {
  return inAccount(account, () => stackOutputs(stackName));
}

async function populate({ aws, publisherNamespaceArn }: Demo, tell: Tell, dataVersion: string): Promise<Populated> {
  await cdkOf(ADVERTISER, tell, 'deploy', 'Mapping', '--context', `publisherNamespaceArn=${publisherNamespaceArn}`, '--context', `dataVersion=${dataVersion}`);
  const { IdMappingTableId, ...counts } = await outputsOf(ADVERTISER, 'Mapping');
  // Clean Rooms lets nobody read the table but by queries, which the local one does not run.
  return { counts, table: await new ControlClient(aws.cleanRoomsUrl).idMappingTable(IdMappingTableId) };
}

function showTable(title: string, { table, counts }: Populated, customers: string): void {
  const right = table.filter(({ sourceId, targetId }) => isSamePerson(sourceId, targetId)).length;
  const people = customers.split('\n').length - 1;
  console.log(`\n${title}`);
  console.table(counts);
  console.log(`Precision: ${percent(right, table.length)}`);
  console.log(`Recall:    ${percent(right, people)}`);
}

void demonstration.show(({ first, customers, refreshed, customersLater }) => {
  showTable('The table, populated first', first, customers);
  showTable('The table, refreshed', refreshed, customersLater);
});
