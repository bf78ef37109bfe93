import type { Connection, Range } from 'vscode-languageserver';
import { unitsFor } from '../core/ide/locate.ts';
import { computeReachability } from '../core/ide/reachability.ts';
import type { Unit } from '../core/sources/unit.ts';
import type { IndexedFolder } from '../core/workspace/workspace.ts';
import type { UriParams } from './messages.ts';
import {
  type OffsetParams,
  type ReachabilityParams,
  type ReachabilityUnits,
  rangeRequest,
  reachabilityRequest,
  reachabilityUnitsRequest,
  type UnitReachability,
} from './reachabilityMessages.ts';
import type { Session } from './session.ts';
import { describeUnit } from './units.ts';
import { toPath } from './uris.ts';

/** Registers what the view of reachability asks for: the units that it can show, one of them as plain data, and places. */
export function registerReachability(connection: Connection, session: Session): void {
  const folderAt = async ({ uri }: UriParams): Promise<IndexedFolder | undefined> => {
    await session.settled();
    const folder = session.workspace.folderOf(toPath(uri));
    return folder?.settings.enable === true ? folder : undefined;
  };
  connection.onRequest(reachabilityUnitsRequest, async (params: UriParams): Promise<ReachabilityUnits | null> => {
    const index = (await folderAt(params))?.index;
    if (index === undefined) return null;
    const shown = index.units.filter(hasWorkloads);
    const own = unitsFor(index, toPath(params.uri)).filter(({ unit }) => shown.includes(unit));
    const units = shown.map((unit) => describeUnit(unit, index));
    units.sort((a, b) => (a.label < b.label ? -1 : 1));
    const view = session.viewOf(index.root);
    return {
      uri: session.uriOf(index.root),
      units,
      own: own.map(({ unit }) => unit.id),
      ...(view === undefined ? {} : { view }),
    };
  });
  connection.onRequest(reachabilityRequest, async (params: ReachabilityParams): Promise<UnitReachability | null> => {
    const folder = await folderAt(params);
    const unit = folder?.index.units.find(({ id }) => id === params.unit);
    if (folder === undefined || unit === undefined) return null;
    const data = computeReachability(unit, folder.settings.clusterDomain);
    return { unit: describeUnit(unit, folder.index), ...data, files: data.files.map((file) => session.uriOf(file)) };
  });
  connection.onRequest(rangeRequest, async ({ uri, start, end }: OffsetParams): Promise<Range> => {
    await session.settled();
    const lines = await session.linesOf(toPath(uri));
    return { start: lines.positionAt(start), end: lines.positionAt(end) };
  });
}

function hasWorkloads({ index }: Unit): boolean {
  return index.countOfType('workload') > 0;
}
