import { IResolvable, Lazy, Stack } from 'aws-cdk-lib';
import { IConstruct } from 'constructs';

/** What a construct says decides the result of a run, as it reads in its own stack: a stack of another account can't refer to what is in it. */
export function definitionOf(construct: IConstruct & { readonly _definition: unknown }): IResolvable {
  return Lazy.any({ produce: () => Stack.of(construct).resolve(construct._definition) });
}
