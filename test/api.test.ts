import { execFileSync } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const ROOT = join(__dirname, '..');

/** The parts of a jsii assembly that are looked at. */
interface Documented {
  readonly docs?: { readonly summary?: string; readonly default?: string };
}
interface Typed extends Documented {
  readonly name: string;
  readonly type: TypeReference;
  readonly optional?: boolean;
}
interface TypeReference {
  readonly primitive?: string;
  readonly fqn?: string;
  readonly collection?: { readonly elementtype: TypeReference };
  readonly union?: { readonly types: TypeReference[] };
}
interface Method extends Documented {
  readonly name: string;
  readonly parameters?: Typed[];
  readonly returns?: { readonly type: TypeReference };
}
interface Type extends Documented {
  readonly name: string;
  readonly datatype?: boolean;
  readonly properties?: Typed[];
  readonly methods?: Method[];
  readonly members?: (Documented & { readonly name: string })[];
  readonly initializer?: { readonly parameters?: Typed[] };
}

let types: Type[];

beforeAll(() => {
  // In a folder of its own: jsii writes its results beside the sources.
  const folder = mkdtempSync(join(tmpdir(), 'assembly-'));
  try {
    for (const name of ['src', 'package.json', 'tsconfig.json', 'README.md', 'LICENSE']) {
      cpSync(join(ROOT, name), join(folder, name), { recursive: true });
    }
    symlinkSync(join(ROOT, 'node_modules'), join(folder, 'node_modules'));
    execFileSync(process.execPath, [join(ROOT, 'node_modules', 'jsii', 'bin', 'jsii'), '--silence-warnings=reserved-word'], { cwd: folder, stdio: 'pipe' });
    types = Object.values(JSON.parse(readFileSync(join(folder, '.jsii'), 'utf8')).types);
  } finally {
    rmSync(folder, { recursive: true });
  }
});

test('there is something to look at', () => {
  expect(types.map(({ name }) => name)).toEqual(expect.arrayContaining(['SchemaMapping', 'IdMappingWorkflow', 'IdMappingWorkflowProps', 'IdMappingJob']));
});

test('every type, member and enum value says what it is', () => {
  const undocumented = types.flatMap((type) => [
    ...isDocumented(type) ? [] : [type.name],
    ...[...type.properties ?? [], ...type.methods ?? [], ...type.members ?? []]
      .filter((member) => !isDocumented(member)).map((member) => `${type.name}.${member.name}`),
  ]);

  expect(undocumented).toEqual([]);
});

test('every optional property says what happens without it', () => {
  const silent = structProperties().filter(({ property }) => property.optional && /^(- )?(undefined|none|no value)?$/i.test(property.docs?.default ?? ''));

  expect(silent.map(({ path }) => path)).toEqual([]);
});

test('no required property has a default', () => {
  expect(structProperties().filter(({ property }) => !property.optional && property.docs?.default).map(({ path }) => path)).toEqual([]);
});

test('resources are taken as references, not as ARNs', () => {
  const arns = structProperties().filter(({ type, property }) => /Arns?$/.test(property.name) && !type.name.endsWith('Attributes'));

  expect(arns.map(({ path }) => path)).toEqual([]);
});

test('resources of aws-cdk-lib are taken by the interface that asks the least', () => {
  const wide = structProperties().filter(({ property }) => fqns(property.type).some((fqn) => /^aws-cdk-lib\.aws_\w+\.I[A-Z]\w*(?<!Ref)$/.test(fqn)));

  // The function and the state machine that the runner hands its properties on to take no less.
  expect(wide.filter(({ type }) => type.name !== 'IdMappingRunnerProps').map(({ path }) => path)).toEqual([]);
});

test('nothing takes or gives an L1', () => {
  expect(uses().filter(({ type }) => fqns(type).some((fqn) => /\.Cfn(?!Tag$)/.test(fqn))).map(({ path }) => path)).toEqual([]);
});

test('nothing is of any type, or of one of several', () => {
  expect(uses().filter(({ type }) => isVague(type)).map(({ path }) => path)).toEqual([]);
});

function isDocumented({ docs }: Documented): boolean {
  return (docs?.summary ?? '').length > 2;
}

function structProperties(): { path: string; type: Type; property: Typed }[] {
  return types.filter(({ datatype }) => datatype)
    .flatMap((type) => (type.properties ?? []).map((property) => ({ path: `${type.name}.${property.name}`, type, property })));
}

/** Everywhere that a type is named. */
function uses(): { path: string; type: TypeReference }[] {
  return types.flatMap(({ name, properties = [], methods = [], initializer }) => [
    ...properties.map((property) => ({ path: `${name}.${property.name}`, type: property.type })),
    ...(initializer?.parameters ?? []).map((parameter) => ({ path: `${name}(${parameter.name})`, type: parameter.type })),
    ...methods.flatMap((method) => [
      ...(method.parameters ?? []).map((parameter) => ({ path: `${name}.${method.name}(${parameter.name})`, type: parameter.type })),
      ...method.returns ? [{ path: `${name}.${method.name}()`, type: method.returns.type }] : [],
    ]),
  ]);
}

function fqns(type: TypeReference): string[] {
  return [
    ...type.fqn ? [type.fqn] : [],
    ...type.collection ? fqns(type.collection.elementtype) : [],
    ...(type.union?.types ?? []).flatMap(fqns),
  ];
}

function isVague(type: TypeReference): boolean {
  return type.primitive === 'any' || type.union !== undefined || (type.collection !== undefined && isVague(type.collection.elementtype));
}
