import { type CallHierarchyItem, type Connection, type Range, SymbolKind } from 'vscode-languageserver';
import {
  type CallItem,
  type Call as FoundCall,
  incomingCalls,
  outgoingCalls,
  prepareCalls,
} from '../core/ide/callHierarchy.ts';
import type { EndName } from '../core/ide/connectionEnds.ts';
import type { IndexedFolder } from '../core/workspace/workspace.ts';
import { answer, placeOf, toRange } from './features.ts';
import type { Session } from './session.ts';
import { toPath } from './uris.ts';

/** Registers the call hierarchy: who is declared to call a Service or workload, and whom it calls. */
export function registerCallHierarchy(connection: Connection, session: Session): void {
  const { callHierarchy } = connection.languages;
  callHierarchy.onPrepare(
    answer(session, 'call hierarchy', async ({ textDocument, position }) => {
      const at = await placeOf(session, textDocument.uri, position);
      return at === undefined ? null : await Promise.all(prepareCalls(at).map((item) => toProto(session, item)));
    }),
  );
  callHierarchy.onIncomingCalls(
    answer(session, 'incoming calls', async ({ item }) => {
      const found = callsOf(session, item, incomingCalls);
      return await Promise.all(
        found.map(async (call) => ({
          from: await toProto(session, call.item),
          fromRanges: await toRanges(session, call, call.item.file),
        })),
      );
    }),
  );
  callHierarchy.onOutgoingCalls(
    answer(session, 'outgoing calls', async ({ item }) => {
      const found = callsOf(session, item, outgoingCalls);
      return await Promise.all(
        found.map(async (call) => ({
          to: await toProto(session, call.item),
          fromRanges: await toRanges(session, call, toPath(item.uri)),
        })),
      );
    }),
  );
}

/** Nothing for an item of which nothing more is known, and for one whose object is gone. */
function callsOf(
  session: Session,
  { data }: CallHierarchyItem,
  find: (folder: IndexedFolder['index'], end: EndName, clusterDomain: string) => readonly FoundCall[],
): readonly FoundCall[] {
  const end = data as Extract<EndName, { kind: 'object' }> | undefined;
  const folder = end && session.workspace.folderOf(end.file);
  return end === undefined || folder === undefined ? [] : find(folder.index, end, folder.settings.clusterDomain);
}

const KINDS: Readonly<Record<CallItem['sort'], SymbolKind>> = {
  service: SymbolKind.Interface,
  workload: SymbolKind.Module,
  route: SymbolKind.Event,
  other: SymbolKind.Object,
};

async function toProto(
  session: Session,
  { name, detail, sort, file, span, selection, end }: CallItem,
): Promise<CallHierarchyItem> {
  const lines = await session.linesOf(file);
  return {
    name,
    detail,
    kind: KINDS[sort],
    uri: session.uriOf(file),
    range: toRange(lines, span),
    selectionRange: toRange(lines, selection),
    ...(end === undefined ? {} : { data: end }),
  };
}

/** The places of a call in one file: those that a client can show there. */
async function toRanges(session: Session, { places }: FoundCall, file: string): Promise<Range[]> {
  const lines = await session.linesOf(file);
  return places.filter((place) => place.file === file).map((place) => toRange(lines, place));
}
