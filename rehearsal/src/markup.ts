/** A piece of HTML. */
export class Markup {
  constructor(public readonly text: string) {}
}

/** HTML whose interpolated texts are texts, whatever they look like; only other markup is taken as it is. */
export function html(parts: TemplateStringsArray, ...values: readonly (string | number | Markup | readonly Markup[])[]): Markup {
  return new Markup(parts.map((part, index) => part + (index < values.length ? rendered(values[index]) : '')).join(''));
}

function rendered(value: string | number | Markup | readonly Markup[]): string {
  if (value instanceof Markup) {
    return value.text;
  }
  return typeof value === 'object' ? value.map(({ text }) => text).join('') : escaped(String(value));
}

function escaped(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}
