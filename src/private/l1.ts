import { CfnResource } from 'aws-cdk-lib';
import { IConstruct } from 'constructs';

/** The L1 of what is defined in this app: an L2 keeps it as its default child. There is none of what was imported. */
export function l1Of(construct: IConstruct): CfnResource | undefined {
  return [construct, construct.node.defaultChild].find((candidate) => candidate && CfnResource.isCfnResource(candidate)) as CfnResource | undefined;
}
