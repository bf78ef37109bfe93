import { existsSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { createLineIndex } from '../../server/src/core/base/lineIndex.ts';
import { relativePath } from '../../server/src/core/base/path.ts';
import { checkFile } from '../../server/src/core/ide/diagnostics.ts';
import { allRules } from '../../server/src/core/rules/index.ts';
import { Workspace } from '../../server/src/core/workspace/workspace.ts';
import { createNodeHost, toCorePath } from '../../server/src/main/nodeHost.ts';

/** A finding over a public repository, and what a person who read the manifests says of it. */
export interface ReviewedFinding {
  /** Repository folder and path: `owner+name/deploy/web.yaml`. */
  readonly file: string;
  readonly line: number;
  readonly code: string;
  readonly severity: string;
  /** `right`: the manifests prove it · `arguable`: true, but its author may not care · `unreviewed`: the test fails. */
  readonly verdict: 'right' | 'arguable' | 'unreviewed';
  readonly reason: string;
}

/** Where the public repositories lie; `undefined` at a user's desk. */
export function corpusFolder(): string | undefined {
  const folder = path.resolve('../shared/corpus');
  return existsSync(folder) ? folder : undefined;
}

/** Every finding over the repositories of a folder, each repository a workspace of its own; with the message for the reader. */
export async function findInRepositories(
  folder: string,
): Promise<readonly (Omit<ReviewedFinding, 'verdict' | 'reason'> & { message: string })[]> {
  const found: (Omit<ReviewedFinding, 'verdict' | 'reason'> & { message: string })[] = [];
  const host = createNodeHost();
  for (const repository of readdirSync(folder, { withFileTypes: true }).filter((entry) => entry.isDirectory())) {
    const workspace = new Workspace(host, { userSettings: () => ({}) });
    await workspace.indexFolder(toCorePath(path.join(folder, repository.name)));
    for (const { index, settings, complete } of workspace.folders) {
      for (const file of index.files.values()) {
        const options = {
          settings,
          complete,
          onError: (rule: string, at: string, error: unknown) => {
            throw new Error(`${rule} failed on ${at}`, { cause: error });
          },
        };
        const diagnostics = checkFile(file, index.unitsOf(file.path), allRules, options);
        if (diagnostics.length === 0) continue;
        const lines = createLineIndex((await workspace.textOf(file.path)) ?? '');
        for (const { at, code, severity, message } of diagnostics) {
          const line = lines.positionAt(at.start).line + 1;
          found.push({ file: relativePath(toCorePath(folder), file.path), line, code, severity, message });
        }
      }
    }
  }
  return found;
}

/** What makes two findings the same for the review. */
export function findingKey({
  file,
  line,
  code,
  severity,
}: Pick<ReviewedFinding, 'file' | 'line' | 'code' | 'severity'>): string {
  return `${file}:${line} ${severity} ${code}`;
}
