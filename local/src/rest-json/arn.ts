/** The parts of an ARN, as far as the service's own and Glue's go. */
export interface Arn {
  readonly service: string;
  readonly region: string;
  readonly account: string;
  /** Such as `table`, `matchingworkflow`. */
  readonly resourceType: string;
  /** What follows the resource type: a name, or `database/table`. */
  readonly resourceName: string;
}

/** @param arn one that has passed the API model's patterns */
export function parseArn(arn: string): Arn {
  const [, , service, region, account, resource] = arn.split(':');
  const slash = resource.indexOf('/');
  return { service, region, account, resourceType: resource.slice(0, slash), resourceName: resource.slice(slash + 1) };
}
