import { readdir, readFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { UsageError } from './matching/usage-error';

/** What a template's member may be: literal, or an intrinsic function. */
export type Value = string | number | boolean | null | undefined | readonly Value[] | Properties;
export interface Properties {
  readonly [member: string]: Value;
}

interface Template {
  readonly file: string;
  readonly resources: Readonly<Record<string, TemplateResource>>;
  readonly outputs: Readonly<Record<string, { readonly Value: Value; readonly Export?: Properties }>>;
  readonly parameters: Readonly<Record<string, { readonly Default?: Value }>>;
}

interface TemplateResource {
  readonly Type: string;
  readonly Properties?: Properties;
  readonly Metadata?: Readonly<Record<string, string | undefined>>;
}

/** A resource with its place in the app. */
export interface Found {
  readonly logicalId: string;
  /** Of its construct. */
  readonly path: string;
  readonly properties: Properties;
  readonly template: Template;
}

/** Members that give a resource a name of its own. */
const NAMES = ['WorkflowName', 'SchemaName', 'IdNamespaceName'];

/** The templates that `cdk synth` has written, with what they refer to in each other. */
export class SynthesizedApp {
  /** @throws UsageError when the folder has no template */
  public static async read(folder: string): Promise<SynthesizedApp> {
    const files = (await readdir(folder, { recursive: true }).catch(() => [])).filter((name) => name.endsWith('.template.json')).sort();
    if (files.length === 0) {
      throw new UsageError(`--app ${folder}: there is no template; give the folder that \`cdk synth\` writes, such as cdk.out`);
    }
    return new SynthesizedApp(await Promise.all(files.map(async (file) => {
      const { Resources = {}, Outputs = {}, Parameters = {} } = JSON.parse(await readFile(join(folder, file), 'utf8')) as
        { Resources?: Template['resources']; Outputs?: Template['outputs']; Parameters?: Template['parameters'] };
      return { file, resources: Resources, outputs: Outputs, parameters: Parameters };
    })));
  }

  private constructor(private readonly templates: readonly Template[]) {}

  /** All resources of a type, those of the given template first. */
  public ofType(type: string, template?: Template): Found[] {
    const own = this.templates.filter((other) => other === template);
    return [...own, ...this.templates.filter((other) => other !== template)].flatMap((other) =>
      Object.entries(other.resources).filter(([, { Type }]) => Type === type).map(([logicalId, { Properties: properties = {}, Metadata }]) => ({
        logicalId,
        path: Metadata?.['aws:cdk:path']?.replace(/\/Resource$/, '') ?? logicalId,
        properties,
        template: other,
      })));
  }

  /** The resource that an ARN or a name refers to, wherever in the app it is. */
  public referred(reference: Value, types: readonly string[], template: Template): Found | undefined {
    const name = this.rendered(reference, template).split(/[/:]/).at(-1)!;
    return types.flatMap((type) => this.ofType(type, template)).find((found) =>
      [this.reference(found.logicalId, found.template), ...this.namesOf(found)].includes(name));
  }

  /**
   * The text of a value that is known before a deployment: literal, or made of parameters' defaults.
   * @param what the value is, for the message
   * @throws UsageError when it is known on deploy only
   */
  public text(value: Value, what: string, template: Template): string {
    const text = this.rendered(value, template);
    if (text.includes('${')) {
      throw new UsageError(`${what} is ${JSON.stringify(value)}, which the template alone does not tell: write it out in the app, give its parameters defaults, ` +
        'or rehearse the mapping from a YAML file');
    }
    return text;
  }

  /**
   * The text of a value; a reference to a resource becomes one text for all of its attributes, other than that of any other resource. What only a
   * deployment tells is in `${}`.
   */
  public rendered(value: Value, template: Template): string {
    const { Ref, 'Fn::GetAtt': getAtt, 'Fn::Join': joined, 'Fn::Sub': sub, 'Fn::ImportValue': exportName } = object(value);
    if (typeof Ref === 'string') {
      return Ref in template.resources ? this.reference(Ref, template) : this.argument(Ref, template);
    }
    if (getAtt !== undefined) {
      const [logicalId, attribute] = (typeof getAtt === 'string' ? getAtt.split(/\.(.*)/) : array(getAtt)).map(String);
      const output = attribute.startsWith('Outputs.') ? this.nested(logicalId, template) : undefined;
      return output ? this.rendered(output.outputs[attribute.slice('Outputs.'.length)]?.Value, output) : this.reference(logicalId, template);
    }
    if (exportName !== undefined) {
      return this.exported(exportName) ?? String(exportName);
    }
    if (joined !== undefined) {
      const [separator, parts] = array(joined);
      return array(parts).map((part) => this.rendered(part, template)).join(String(separator));
    }
    if (sub !== undefined) {
      const [text, values] = typeof sub === 'string' ? [sub] : array(sub);
      return String(text).replace(/\$\{([^!}][^}]*)\}/g, (_, name: string) =>
        this.rendered(object(values)[name] ?? (name.includes('.') ? { 'Fn::GetAtt': name } : { Ref: name }), template));
    }
    const [otherFunction] = Object.keys(object(value));
    return otherFunction === undefined ? String(value ?? '') : `\${${otherFunction}}`;
  }

  /** An object or a list with the texts of all that is in it. */
  public renderedMembers(value: Value, template: Template): unknown {
    if (Array.isArray(value)) {
      return value.map((item) => this.renderedMembers(item, template));
    }
    const members = Object.entries(object(value));
    return value !== object(value) || members.some(([name]) => name === 'Ref' || name.startsWith('Fn::'))
      ? this.rendered(value, template)
      : Object.fromEntries(members.map(([name, member]) => [name, this.renderedMembers(member, template)]));
  }

  private namesOf({ properties, template }: Found): string[] {
    return NAMES.filter((member) => properties[member] !== undefined).map((member) => this.rendered(properties[member], template));
  }

  private exported(name: Value): string | undefined {
    for (const template of this.templates) {
      const output = Object.values(template.outputs).find(({ Export }) => Export?.Name === name);
      if (output) {
        return this.rendered(output.Value, template);
      }
    }
    return undefined;
  }

  private reference(logicalId: string, template: Template): string {
    return `\${${this.templates.indexOf(template)}.${logicalId}}`;
  }

  /** What the parent gives a nested stack for a parameter, else the parameter's default. */
  private argument(parameter: string, template: Template): string {
    for (const parent of this.templates) {
      const stack = Object.keys(parent.resources).find((logicalId) => this.nested(logicalId, parent) === template);
      if (stack !== undefined) {
        return this.rendered(object(parent.resources[stack].Properties?.Parameters)[parameter] ?? parameter, parent);
      }
    }
    const { Default } = template.parameters[parameter] ?? {};
    return Default === undefined ? `\${${parameter}}` : String(Default);
  }

  /** The template of a nested stack. */
  private nested(logicalId: string, { resources }: Template): Template | undefined {
    const { Type, Metadata } = resources[logicalId] ?? {};
    return Type === 'AWS::CloudFormation::Stack' ? this.templates.find(({ file }) => basename(file) === Metadata?.['aws:asset:path']) : undefined;
  }
}

/** The members of an object; none of what is none. */
export function object(value: Value): Properties {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? value as Properties : {};
}

/** The items of a list; none of what is none. */
export function array(value: Value): readonly Value[] {
  return Array.isArray(value) ? value as readonly Value[] : [];
}
