import type { Detail } from '../explain/card.ts';
import { renderLinks } from '../explain/link.ts';
import type { Resource } from '../k8s/resource.ts';
import type { RuleSettings } from '../workspace/config.ts';
import type { WorkspaceFolder } from '../workspace/folder.ts';
import { hover } from './hover.ts';
import { inUnit, unitsFor } from './locate.ts';

export interface ExplainRequest {
  readonly folder: WorkspaceFolder;
  readonly settings: RuleSettings;
  readonly detail: Detail;
  /** How a place is written: `shop/web.yaml:3:9`. */
  readonly showPlace: (path: string, offset: number) => string;
}

/** The hover of a place as plain text; `undefined` where nothing is computed. */
export function explainAt(request: ExplainRequest, path: string, text: string, offset: number): string | undefined {
  const { folder, settings, detail } = request;
  const found = hover({ folder, text, path, offset, detail, settings, alone: true });
  return found && toPlainText(found.markdown, request);
}

/** An object as a person names it: `kind` in any case; without a namespace it may be in any, `-` means none is written. */
export interface ObjectName {
  readonly kind: string;
  readonly namespace?: string;
  readonly name: string;
}

/**
 * The overview of an object as plain text. Of several objects that fit, each is explained, with its place. `undefined`
 * where none does.
 */
export function explainObject(
  request: ExplainRequest,
  textOf: (path: string) => string,
  wanted: ObjectName,
): string | undefined {
  const { folder, settings, detail } = request;
  const texts: string[] = [];
  for (const resource of findObjects(folder, wanted, settings)) {
    const { file: path, kindSpan } = resource;
    const found = hover({ folder, text: textOf(path), path, offset: kindSpan.start, detail, settings, alone: true });
    const text =
      found === undefined
        ? `${resource.kind} \`${wanted.name}\` is defined here; nothing is predicted for this kind\n`
        : toPlainText(found.markdown, request);
    texts.push(`${request.showPlace(path, kindSpan.start)}\n${text}`);
  }
  return texts.length === 0 ? undefined : texts.join('\n\n');
}

function* findObjects(
  folder: WorkspaceFolder,
  { kind, namespace, name }: ObjectName,
  settings: RuleSettings,
): Iterable<Resource> {
  const wantedKind = kind.toLowerCase();
  const wanted = namespace === '-' ? '' : namespace;
  for (const file of folder.files.values()) {
    for (const resource of file.resources) {
      if (resource.kind.toLowerCase() !== wantedKind || resource.name?.value !== name) continue;
      if (wanted === undefined) {
        yield resource;
        continue;
      }
      const namespaces = unitsFor(folder, file.path).flatMap(
        ({ unit }) => inUnit(unit, resource)?.namespace?.value ?? [],
      );
      const own = resource.namespace === undefined ? '' : resource.namespace.value;
      if (own === wanted || namespaces.includes(wanted) || (own === '' && wanted === settings.defaultNamespace))
        yield resource;
    }
  }
}

/** Markdown of an explanation as text for a terminal: names keep their backticks, links become places in brackets. */
function toPlainText(markdown: string, { showPlace }: ExplainRequest): string {
  return renderLinks(markdown, ({ file, offset }) => showPlace(file, offset))
    .split('\n')
    .flatMap((line) => (line.startsWith('```') ? [] : [plainLine(line)]))
    .join('\n');
}

function plainLine(line: string): string {
  return line
    .replace(/\[(`(?:(?!\]\().)*)\]\(([^()\s]*)\)/g, '$1 ($2)')
    .replace(/\*\*([^*]+)\*\*/g, '$1')
    .replace(/(^|[\s(])\*([a-z ]+)\*/g, '$1$2')
    .trimEnd();
}
