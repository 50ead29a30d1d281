import { Fn, Token } from 'aws-cdk-lib';
import { IConstruct } from 'constructs';
import { checkIdentifier, fail } from '../../private/validation';

/** What the ARN of a membership's resource names. */
export interface MembershipArn {
  readonly membershipId: string;
  readonly resourceId: string;
}

/** Takes the ARN of a membership's resource to pieces: `…:membership/<id>/<resource>/<id>`. */
export function splitMembershipArn(scope: IConstruct, resource: 'idmappingtable' | 'idnamespaceassociation', arn: string): MembershipArn {
  if (!Token.isUnresolved(arn) && !new RegExp(`^[^/]+:membership/[^/]+/${resource}/[^/]+$`).test(arn)) {
    fail(scope, `the ARN must end with ":membership/<id>/${resource}/<id>", got: ${JSON.stringify(arn)}`);
  }
  const parts = Fn.split('/', arn);
  const membershipId = Fn.select(1, parts);
  const resourceId = Fn.select(3, parts);
  checkIdentifier(scope, 'membership', membershipId);
  checkIdentifier(scope, resource, resourceId);
  return { membershipId, resourceId };
}
