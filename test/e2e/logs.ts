import { CloudWatchLogsClient, paginateDescribeLogGroups, paginateFilterLogEvents } from '@aws-sdk/client-cloudwatch-logs';
import { Febrl } from '../../examples/febrl';

/** With these somebody could answer CloudFormation, or act as the runner. */
const SECRETS = /ResponseURL|ResourceProperties|responseUrl|waitHandleUrl|\/_ministack\/|X-Amz-|\bA[KS]IA[A-Z0-9]{12}|secret_?access_?key|session_?token/i;

/**
 * Reads all log groups of the account that this process acts for on the local AWS.
 *
 * @param values of records: words, or two words that follow each other
 * @returns how many lines the runner has logged
 * @throws when a log has an event, a URL that takes an answer, a credential, or one of the values
 */
export async function checkLogs(values: Iterable<string>): Promise<number> {
  const personal = new Set(values);
  let linesOfRunner = 0;
  for (const { logGroup, line } of await lines()) {
    const words = line.split(/[^\w@.-]+/);
    const isPersonal = words.some((word, index) => personal.has(word) || personal.has(`${word} ${words[index + 1]}`));
    if (isPersonal || SECRETS.test(line)) {
      throw new Error(`the log group ${logGroup} has ${isPersonal ? 'a record' : 'a secret'} in it: ${line}`);
    }
    if (line.includes('"step":')) linesOfRunner += 1;
  }
  return linesOfRunner;
}

/** What is personal in the records of the FEBRL data sets: ids, whole names (a part may be any word), social security numbers. */
export function personalValues({ originals, duplicates }: Febrl): string[] {
  return `${originals}${duplicates}`.split(/\r?\n/).filter((row) => row.startsWith('rec-')).flatMap((row) => {
    const [id, givenName, surname] = row.split(',');
    const socialSecurityNumber = row.slice(row.lastIndexOf(',') + 1);
    return [id, givenName && surname && `${givenName} ${surname}`, socialSecurityNumber].filter(Boolean);
  });
}

async function lines(): Promise<{ logGroup: string; line: string }[]> {
  const client = new CloudWatchLogsClient({});
  const found = [];
  for await (const { logGroups } of paginateDescribeLogGroups({ client }, {})) {
    for (const { logGroupName } of logGroups!) {
      for await (const { events } of paginateFilterLogEvents({ client }, { logGroupName })) {
        found.push(...events!.map(({ message }) => ({ logGroup: logGroupName!, line: message! })));
      }
    }
  }
  return found;
}
