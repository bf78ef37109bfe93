import { basename } from '../base/path.ts';
import type { ReadContext } from '../k8s/field.ts';
import { readResources } from '../k8s/kinds.ts';
import type { Resource } from '../k8s/resource.ts';
import { findDirectives } from '../yaml/comments.ts';
import type { YamlDocument, YamlProblem } from '../yaml/node.ts';
import { parseYaml, type YamlStream } from '../yaml/parse.ts';
import { isKustomizationFile, type Kustomization, readKustomization } from './kustomization.ts';
import { type Directives, readDirectives } from './suppression.ts';

/** What the index keeps of one file: typed views, never its text or nodes. */
export interface SourceFile {
  readonly path: string;
  readonly resources: readonly Resource[];
  readonly kustomization: Kustomization | undefined;
  /** Comments that speak to Kubefathom (`# kubefathom-ignore-next-line …`). */
  readonly directives: Directives;
  /** Where the text cannot be read, the first place of each document. Templates are no fault: they are not YAML yet. */
  readonly unreadable: readonly YamlProblem[];
  /** Whether its objects were asked what the API server refuses in them. */
  readonly isJudged: boolean;
  /** A document that looks like a manifest could not be read whole: something may exist that the views do not show. */
  readonly unread: boolean;
}

export interface ReadOptions {
  readonly intern: ReadContext['intern'];
  /** The file lies in a chart's `templates` folder. */
  readonly inChart?: boolean;
  readonly defaultNamespace?: string;
  /** Whether to find out what the API server refuses. */
  readonly judges?: boolean;
}

const KIND = /^[ \t]*["']?kind["']?[ \t]*:|"kind"[ \t\r\n]*:/m;
const CUSTOM_RESOURCE_DEFINITION = /^["']?kind["']?[ \t]*:[ \t]*["']?CustomResourceDefinition\b/m;

/** Reads one file's text. Never throws: what cannot be read is left out and leaves `unread` behind. */
export function readSourceFile(path: string, text: string, options: ReadOptions): SourceFile {
  const isKustomization = isKustomizationFile(basename(path));
  const stream = parseYaml(text, {
    helm: options.inChart === true,
    wanted: (document) => isKustomization || (KIND.test(document) && !CUSTOM_RESOURCE_DEFINITION.test(document)),
  });
  const { intern, defaultNamespace, judges = false } = options;
  const context: ReadContext = {
    file: path,
    faults: [],
    intern,
    judges,
    ...(defaultNamespace && { defaultNamespace }),
  };
  const resources: Resource[] = [];
  let unread = stream.problems.length > 0;
  for (const document of stream.documents) {
    if (document.root === undefined && document.problems.length === 0) continue;
    if (!document.complete) unread = true;
    if (!isKustomization) resources.push(...readResources(document, context));
  }
  const root = stream.documents.find((document) => document.root !== undefined)?.root;
  return {
    path,
    // A copy is as long as it must be; a list that was added to has room for more.
    resources: resources.slice(),
    kustomization: isKustomization && root !== undefined ? readKustomization(path, root, context) : undefined,
    directives: readDirectives(text, findDirectives(text), stream.documents),
    unreadable: options.inChart === true ? READABLE : findUnreadable(stream),
    isJudged: judges,
    unread,
  };
}

const READABLE: readonly YamlProblem[] = [];

function findUnreadable({ problems, documents }: YamlStream): readonly YamlProblem[] {
  const isReadable = problems.length === 0 && documents.every(({ problems: own }) => own.length === 0);
  return isReadable ? READABLE : [...problems, ...documents.flatMap(firstProblem)];
}

/** What makes kubectl refuse a document, whether or not it could be read here. */
const REFUSED: ReadonlySet<YamlProblem['code']> = new Set(['syntax', 'separator', 'value', 'limit']);

function firstProblem(document: YamlDocument): readonly YamlProblem[] {
  if (document.templated) return [];
  const problem = document.problems.find(({ code }) => REFUSED.has(code));
  return problem === undefined ? [] : [problem];
}
