import { mkdir } from 'node:fs/promises';
import { extname, join } from 'node:path';
import { DataSet } from 'id-mapping-rehearsal';
import { glueTable } from './glue-table';
import { JobClients } from './job-clients';
import { JobFailure } from './job-failure';
import { download, listObjects, lookForFolderMarkers } from './s3-objects';
import { TableInput } from './workflow-input';
import { Workspace } from './workspace';
import { Behaviour } from '../rest-json/fault-plan';

/**
 * Reads the objects of tables into files: none of those that no job has indexed.
 * @param clientsOf the AWS services as the role may use them that reads a table
 */
export async function readTables(
  tables: readonly TableInput[], clientsOf: (roleArn: string | undefined) => Promise<JobClients>, { folder, objects, signal }: Workspace,
  { folderMarkers }: Required<Behaviour>,
): Promise<DataSet[]> {
  const dataSets: DataSet[] = [];
  for (const table of tables) {
    const { glue, s3 } = await clientsOf(table.roleArn);
    const { locations, ...format } = await glueTable(table, glue);
    const dataSet = { name: table.tableArn, ...format, fields: table.fields, deletedIds: table.deletedIds };
    if (table.unindexedBy !== undefined) {
      dataSets.push({ ...dataSet, files: [] });
      continue;
    }
    const files: string[] = [];
    for (const { uri: location, partitionFolders } of locations) {
      const partition = join(folder, ...partitionFolders);
      await mkdir(partition, { recursive: true });
      const uris = await listObjects(location, s3);
      if (folderMarkers === 'READ') {
        await lookForFolderMarkers(location, s3);
      }
      for (const uri of uris) {
        const file = join(partition, `input-${objects.size}${extname(uri)}`);
        objects.set(file, uri);
        await download(uri, file, s3, signal);
        files.push(file);
      }
    }
    if (files.length === 0) {
      throw new JobFailure(`there is no object under ${locations.map(({ uri }) => uri).join(', ')}`);
    }
    dataSets.push({ ...dataSet, files });
  }
  return dataSets;
}
