import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** The context that `cdk init` of the newest CDK CLI gives a new project: its feature flags. */
export function contextOfNewProject(): Record<string, unknown> {
  const cli = dirname(require.resolve('aws-cdk/package.json'));
  return JSON.parse(readFileSync(join(cli, 'lib', 'init-templates', '.recommended-feature-flags.json'), 'utf8'));
}
