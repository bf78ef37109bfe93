import { type Definition, parseTemplate, type Template } from './goTemplate.ts';
import { buildPrintGraph, type PrintGraph, printsLineBreak } from './printGraph.ts';

/** The templates of a chart and its subcharts: definitions are known to all of them. */
export interface TemplateSet {
  /** The machine of a template; `undefined` for a file that is not in the set. */
  graphOf(file: string): PrintGraph | undefined;
  /** A definition, if there is one of this name or all of this name print the same. */
  findDefinition(name: string): DefinitionText | undefined;
}

export interface DefinitionText {
  readonly file: string;
  readonly definition: Definition;
  readonly graph: PrintGraph;
}

/** Reads templates when they are asked for. `texts`: by path, those whose names begin with `_` included. */
export function createTemplateSet(texts: ReadonlyMap<string, string>): TemplateSet {
  const templates = new Map<string, Template>();
  const definitions = new Map<string, { readonly file: string; readonly definition: Definition }[]>();
  for (const [file, text] of texts) {
    const template = parseTemplate(text);
    templates.set(file, template);
    for (const definition of template.definitions) {
      const list = definitions.get(definition.name);
      if (list === undefined) definitions.set(definition.name, [{ file, definition }]);
      else list.push({ file, definition });
    }
  }
  const breaks = new Map<string, boolean>();
  const mayBreak = (name: string): boolean => {
    const known = breaks.get(name);
    if (known !== undefined) return known;
    // Holds while its own body is looked at: a definition that includes itself may print anything.
    breaks.set(name, true);
    const list = definitions.get(name) ?? [];
    const found =
      list.length === 0 ||
      list.some(({ file, definition }) => printsLineBreak(texts.get(file) ?? '', definition.body, mayBreak));
    breaks.set(name, found);
    return found;
  };
  const graphs = new Map<string, PrintGraph>();
  const found = new Map<string, DefinitionText | undefined>();
  return {
    graphOf(file) {
      const known = graphs.get(file);
      const text = texts.get(file);
      const template = templates.get(file);
      if (known !== undefined || text === undefined || template === undefined) return known;
      const graph = buildPrintGraph(text, template.parts, mayBreak);
      graphs.set(file, graph);
      return graph;
    },
    findDefinition(name) {
      if (found.has(name)) return found.get(name);
      const list = definitions.get(name) ?? [];
      const first = list[0];
      let result: DefinitionText | undefined;
      if (first !== undefined && new Set(list.map((other) => bodyText(texts, other))).size === 1) {
        const graph = buildPrintGraph(texts.get(first.file) ?? '', first.definition.body, mayBreak);
        result = { ...first, graph };
      }
      found.set(name, result);
      return result;
    },
  };
}

function bodyText(
  texts: ReadonlyMap<string, string>,
  { file, definition: { body } }: { readonly file: string; readonly definition: Definition },
): string {
  return (texts.get(file) ?? '').slice(body[0]?.start ?? 0, body.at(-1)?.end ?? 0);
}
