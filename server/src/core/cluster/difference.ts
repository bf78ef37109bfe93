import { mergeIndexes } from '../sources/mergeIndexes.ts';
import type { Unit } from '../sources/unit.ts';
import type { Settings } from '../workspace/config.ts';
import { ANY_CLUSTER } from './clusterFacts.ts';
import { type ConnectionsDifference, compareConnections } from './differenceConnections.ts';
import { compareNames, type NamesDifference, type NamesSide } from './differenceNames.ts';
import { type LostNeed, lostNeeds } from './differenceNeeds.ts';
import { findRefusedChanges, type ObjectTrees, type RefusedChange } from './differenceObjects.ts';
import type { UnitGroup } from './differenceUnits.ts';
import type { TooManyGroups } from './reachMatrix.ts';

/** What a change does to the units of a set, in the order in which a person asks. */
export interface Difference {
  readonly group: UnitGroup;
  readonly needs: readonly LostNeed[];
  readonly refused: readonly RefusedChange[];
  readonly connections: ConnectionsDifference | TooManyGroups;
  readonly names: NamesDifference;
}

/** Of one side, what the settings say. */
export type SideSettings = Pick<Settings, 'clusterDomain' | 'defaultNamespace' | 'external'>;

/** Compares one set of units before and after a change. */
export function compareGroup(
  group: UnitGroup,
  settings: { readonly before: SideSettings; readonly after: SideSettings },
  trees: ObjectTrees,
): Difference {
  return {
    group,
    needs: lostNeeds(group, settings.after.clusterDomain),
    refused: findRefusedChanges(group, trees),
    connections: compareConnections(group),
    names: compareNames(namesSide(group.before, settings.before), namesSide(group.after, settings.after)),
  };
}

/** What operators might make beside the manifests is the same on both sides: only what cannot be read leaves one open. */
function namesSide(units: readonly Unit[], { clusterDomain, defaultNamespace, external }: SideSettings): NamesSide {
  const open = units.find((unit) => unit.open !== undefined)?.open;
  return {
    index: mergeIndexes(units),
    facts: {
      ...ANY_CLUSTER,
      clusterDomain,
      ...(defaultNamespace === '' ? {} : { namespace: defaultNamespace }),
      namespaces: external.namespaces,
      whyMore: () => open,
    },
  };
}
