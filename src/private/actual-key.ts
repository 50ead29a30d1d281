import { Token } from 'aws-cdk-lib';
import * as kms from 'aws-cdk-lib/aws-kms';
import { IConstruct } from 'constructs';
import { fail } from './validation';

/** The key behind an alias, where it is known: IAM and AWS KMS ignore statements that name an alias. Refuses the others. */
export function actualKey<K extends kms.IKeyRef>(scope: IConstruct, property: string, key: K): K {
  const actual = 'aliasName' in key ? targetOf(key as unknown as kms.IAlias) as unknown as K | undefined : key;
  if (!actual || isAlias(actual.keyRef.keyArn)) {
    fail(scope, `'${property}' must be a key, got the alias ${key.node.path}, of which nobody knows here which key it stands for: IAM ignores statements that name an alias; `
      + "use 'kms.Key.fromKeyArn(...)' or 'kms.Key.fromLookup(...)'");
  }
  return actual;
}

/** An alias that was imported by its name throws in place of an answer. */
function targetOf(alias: kms.IAlias): kms.IKey | undefined {
  try {
    return alias.aliasTargetKey;
  } catch {
    return undefined;
  }
}

function isAlias(keyArn: string): boolean {
  return !Token.isUnresolved(keyArn) && /(^|:)alias\//.test(keyArn);
}
