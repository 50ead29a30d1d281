import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Template } from 'aws-cdk-lib/assertions';
import { version } from 'aws-cdk-lib/package.json';
import * as ts from 'typescript';
import { completeStack } from './complete';

const ROOT = join(__dirname, '..', '..');
const TYPES = ['SchemaMapping', 'MatchingWorkflow', 'IdNamespace', 'IdMappingWorkflow', 'PolicyStatement'];

const interfaces = l1Interfaces();
const resources: { Type: string; Properties: object }[] = Object.values(Template.fromStack(completeStack()).toJSON().Resources);

test.each(TYPES)('each property of AWS::EntityResolution::%s can be set or is listed, with its reason, among the decisions', (type) => {
  const rendered = new Set(resources.filter(({ Type }) => Type === `AWS::EntityResolution::${type}`).flatMap(({ Properties }) => pathsIn(Properties)));
  const known = l1Paths(type, `Cfn${type}Props`);

  expect(known.length).toBeGreaterThan(3);
  expect(known.filter((path) => !rendered.has(path))).toEqual(listed(type));
});

/** The paths of a value, lists left out: `inputsourceconfig.schemaarn`. */
function pathsIn(value: unknown, parent = ''): string[] {
  if (Array.isArray(value)) return value.flatMap((item) => pathsIn(item, parent));
  if (value === null || typeof value !== 'object' || isFunction(value)) return [];
  return Object.entries(value).flatMap(([key, child]) => {
    const path = parent + key.toLowerCase();
    return [path, ...pathsIn(child, `${path}.`)];
  });
}

function isFunction(value: object): boolean {
  return Object.keys(value).every((key) => key === 'Ref' || key.startsWith('Fn::'));
}

/** The same paths, as the L1 declares them. Its names differ from the template's in case only. */
function l1Paths(type: string, interfaceName: string, parent = ''): string[] {
  return [...interfaces.get(interfaceName)!].flatMap(([name, propertyType]) => {
    const path = parent + name.toLowerCase();
    const nested = new RegExp(`\\bCfn${type}\\.(\\w+Property)\\b`).exec(propertyType);
    return [path, ...nested ? l1Paths(type, `Cfn${type}.${nested[1]}`, `${path}.`) : []];
  });
}

/** The interfaces of the L1's declaration file, each with its properties and their types. */
function l1Interfaces(): Map<string, Map<string, string>> {
  const [folder] = ['aws-cdk-lib', 'aws-cdk-lib-newest'].map((name) => join(ROOT, 'node_modules', name))
    .filter((candidate) => JSON.parse(readFileSync(join(candidate, 'package.json'), 'utf8')).version === version);
  const text = readFileSync(join(folder, 'aws-entityresolution', 'lib', 'entityresolution.generated.d.ts'), 'utf8');
  const source = ts.createSourceFile('l1.d.ts', text, ts.ScriptTarget.Latest, true);
  const found = new Map<string, Map<string, string>>();

  const visit = (node: ts.Node, prefix: string): void => {
    if (ts.isInterfaceDeclaration(node)) {
      const properties = node.members.filter(ts.isPropertySignature).map(({ name, type }) => [name.getText(source), type!.getText(source)] as const);
      found.set(prefix + node.name.text, new Map(properties));
    } else if (ts.isModuleDeclaration(node) && node.body && ts.isModuleBlock(node.body)) {
      node.body.statements.forEach((child) => visit(child, `${node.name.text}.`));
    }
  };
  source.statements.forEach((statement) => visit(statement, ''));
  return found;
}

/** The properties that have no construct, by the table of the decision: | `Type` | `Path.Of.Property` | reason | */
function listed(type: string): string[] {
  const page = readFileSync(join(ROOT, 'docs', 'decisions', 'properties-without-a-construct.md'), 'utf8');
  const rows = [...page.matchAll(/^\| `(\w+)` \| `([\w.]+)` \| \S.*\|$/gm)];
  return rows.filter(([, rowType]) => rowType === type).map(([, , path]) => path.toLowerCase());
}
