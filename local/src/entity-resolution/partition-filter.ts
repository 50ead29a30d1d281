import { JobFailure } from './job-failure';

/**
 * Which partitions of a table the service reads: the table's parameter `aerPushDownPredicateString`, such as `country='de' and year='2026'`.
 * @param predicate the parameter's value; without it all partitions are read
 * @param partitionKeys names of the table's partition keys, in the order of a partition's values
 * @throws JobFailure when the predicate is something else than equations of partition keys
 */
export function partitionFilter(
  predicate: string | undefined, partitionKeys: readonly string[], tableArn: string,
): (values: readonly string[]) => boolean {
  const equations = predicate === undefined ? [] : predicate.trim().split(/\s+and\s+/i).map((equation) => {
    const [, key, quoted, bare] = /^(\w+)\s*=\s*(?:'([^']*)'|"?([^'"\s]+)"?)$/.exec(equation.trim()) ?? [];
    const index = partitionKeys.findIndex((name) => name.toLowerCase() === key?.toLowerCase());
    if (index < 0) {
      throw new JobFailure(`the Glue table ${tableArn} has the aerPushDownPredicateString ${predicate}: give equations such as ` +
        `${partitionKeys[0]}='value', joined by "and"; the partition keys are: ${partitionKeys.join(', ')}`);
    }
    return { index, value: quoted ?? bare };
  });
  return (values) => equations.every(({ index, value }) => values[index] === value);
}
