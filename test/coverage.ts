import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { version } from 'aws-cdk-lib/package.json';
import * as ts from 'typescript';

const ROOT = join(__dirname, '..');

/**
 * The tests that each property of the types is in the template of the stack, or listed among the decisions.
 *
 * @param service as CloudFormation writes it: `EntityResolution`
 */
export function testThatEachPropertyCanBeSet(service: string, types: readonly string[], stack: Stack): void {
  const interfaces = l1Interfaces(service.toLowerCase());
  const resources: { Type: string; Properties: object }[] = Object.values(Template.fromStack(stack).toJSON().Resources);

  test.each(types)(`each property of AWS::${service}::%s can be set or is listed, with its reason, among the decisions`, (type) => {
    const rendered = new Set(resources.filter(({ Type }) => Type === `AWS::${service}::${type}`).flatMap(({ Properties }) => pathsIn(Properties)));
    const known = l1Paths(interfaces, type, `Cfn${type}Props`);

    expect(known.length).toBeGreaterThan(3);
    // The oldest aws-cdk-lib does not know all that is listed.
    expect(known.filter((path) => !rendered.has(path))).toEqual(listed(type).filter((path) => known.includes(path)));
  });
}

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
function l1Paths(interfaces: Interfaces, type: string, interfaceName: string, parent = ''): string[] {
  return [...interfaces.get(interfaceName)!].flatMap(([name, propertyType]) => {
    const path = parent + name.toLowerCase();
    const nested = new RegExp(`\\bCfn${type}\\.(\\w+Property)\\b`).exec(propertyType);
    return [path, ...nested ? l1Paths(interfaces, type, `Cfn${type}.${nested[1]}`, `${path}.`) : []];
  });
}

/** Interfaces by name, each with its properties and their types. */
type Interfaces = Map<string, Map<string, string>>;

/** The interfaces of the L1s' declaration file. */
function l1Interfaces(module: string): Interfaces {
  const [folder] = ['aws-cdk-lib', 'aws-cdk-lib-newest'].map((name) => join(ROOT, 'node_modules', name))
    .filter((candidate) => JSON.parse(readFileSync(join(candidate, 'package.json'), 'utf8')).version === version);
  const text = readFileSync(join(folder, `aws-${module}`, 'lib', `${module}.generated.d.ts`), 'utf8');
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
