import {
  type AnnotatedTextEdit,
  type ChangeAnnotation,
  type Connection,
  type InitializeParams,
  LSPErrorCodes,
  ResponseError,
  type TextDocumentEdit,
  type TextEdit,
  type WorkspaceEdit,
} from 'vscode-languageserver';
import { createLineIndex } from '../core/base/lineIndex.ts';
import { prepareRename, type RenameEdit, rename } from '../core/ide/rename/rename.ts';
import { answer, placeOf, toRange } from './features.ts';
import type { Session } from './session.ts';

/** Registers rename of labels, ports and Services. A refusal reaches the person as the error of the request. */
export function registerRename(connection: Connection, session: Session, { capabilities }: InitializeParams): void {
  connection.onPrepareRename(
    answer(session, 'prepare rename', async ({ textDocument, position }) => {
      const at = await placeOf(session, textDocument.uri, position);
      const found = at && prepareRename({ folder: at.folder, path: at.path, offset: at.offset });
      if (at === undefined || found === undefined) return null;
      if ('refused' in found) return refuse(found.refused);
      return { range: toRange(createLineIndex(at.text), found), placeholder: found.name };
    }),
  );

  connection.onRenameRequest(
    answer(session, 'rename', async ({ textDocument, position, newName }) => {
      const at = await placeOf(session, textDocument.uri, position);
      if (at === undefined) return null;
      if (!at.complete)
        return refuse('The workspace is still being read: places that have to change may be missing yet.');
      const { folder, path, offset } = at;
      const found = await rename({ folder, path, offset, to: newName }, (file) => session.workspace.textOf(file));
      if (found === undefined)
        return refuse('Labels, names of ports and Services can be renamed; here is none of them.');
      if ('refused' in found) return refuse(found.refused);
      const supported = capabilities.workspace?.workspaceEdit;
      return await toWorkspaceEdit(session, found.edits, {
        versioned: supported?.documentChanges === true,
        annotated: supported?.documentChanges === true && supported.changeAnnotationSupport !== undefined,
      });
    }),
  );
}

function refuse(sentence: string): ResponseError<void> {
  return new ResponseError(LSPErrorCodes.RequestFailed, sentence);
}

interface EditForms {
  readonly versioned: boolean;
  readonly annotated: boolean;
}

async function toWorkspaceEdit(
  session: Session,
  edits: readonly RenameEdit[],
  { versioned, annotated }: EditForms,
): Promise<WorkspaceEdit> {
  const annotations = new Map<string, ChangeAnnotation>();
  const byFile = new Map<string, (TextEdit | AnnotatedTextEdit)[]>();
  for (const edit of edits) {
    const lines = await session.linesOf(edit.file);
    const { id, annotation } = annotationOf(edit);
    annotations.set(id, annotation);
    const own = byFile.get(edit.file) ?? [];
    byFile.set(edit.file, own);
    own.push({ range: toRange(lines, edit), newText: edit.newText, ...(annotated ? { annotationId: id } : {}) });
  }
  if (!versioned) return { changes: Object.fromEntries([...byFile].map(([file, own]) => [session.uriOf(file), own])) };
  const documentChanges = [...byFile].map(
    ([file, own]): TextDocumentEdit => ({
      textDocument: { uri: session.uriOf(file), version: session.documents.get(file)?.version ?? null },
      edits: own,
    }),
  );
  return annotated ? { documentChanges, changeAnnotations: Object.fromEntries(annotations) } : { documentChanges };
}

function annotationOf({ care, note }: RenameEdit): { readonly id: string; readonly annotation: ChangeAnnotation } {
  switch (care) {
    case 'meaning':
      return {
        id: 'meaning',
        annotation: {
          label: 'Same meaning',
          needsConfirmation: false,
          description: 'What Kubernetes compares by name',
        },
      };
    case 'text':
      return {
        id: 'text',
        annotation: { label: 'Text', needsConfirmation: true, description: 'Hosts in values, which programs read' },
      };
    case 'care':
      return {
        id: `care: ${note}`,
        annotation: {
          label: 'Needs care',
          needsConfirmation: true,
          description: note ?? 'The API server may refuse it',
        },
      };
  }
}
