import {
  type HostMeaning,
  type HostReference,
  meaningsOf,
  namespaceOf,
  portOfHost,
} from '../../cluster/hostReferences.ts';
import { belongsTogether, findMeant, lookUp, mayBeMadeByCustomResource, standsBeside } from '../../cluster/lookup.ts';
import { knownNamespaces } from '../../cluster/namespaces.ts';
import { isTypo } from '../../cluster/nearMiss.ts';
import { isExternalService, isInDoubt, whyMoreMayExist } from '../../cluster/openWorld.ts';
import { sameNamespace } from '../../cluster/selection.ts';
import type { Service } from '../../k8s/service.ts';
import type { ResourceIndex } from '../../sources/resourceIndex.ts';
import type { Unit } from '../../sources/unit.ts';
import type { RuleSettings, Severity } from '../../workspace/config.ts';

/** A host that means a Service which no manifest shows. */
export interface MissingService {
  readonly meaning: HostMeaning;
  /** The Service whose name is a slip away. */
  readonly near: Service | undefined;
  /** Services of the very name in other namespaces. */
  readonly elsewhere: readonly Service[];
  readonly severity: Severity;
}

/**
 * What is said of a host that leads to no Service: of a full name (`a.b.svc…`) whose namespace the workspace shows, and of
 * shorter ones where a Service with that port is a slip of the pen away. What operators or the settings may provide, and
 * names of Pods, are left alone.
 */
export function findMissingService(
  unit: Unit,
  reference: HostReference,
  settings: RuleSettings,
): MissingService | undefined {
  const { holder, text } = reference;
  const meanings = meaningsOf(text.host.value, settings.clusterDomain);
  const indexes = [unit.index, ...unit.others];
  const exists = (meaning: HostMeaning) =>
    indexes.some((index) => lookUp(index.services(meaning.service), namespaceOf(meaning, holder)).here.length > 0);
  if (meanings.some(exists)) return undefined;
  // Of `a.b` outside a full name, the reading as a Service of another namespace is the common one.
  const meaning = meanings.find(({ isFull, pod }) => isFull || pod === undefined);
  if (meaning === undefined || isBuiltIn(meaning)) return undefined;
  if (meaning.isFull) return missingInFull(unit, reference, meaning, settings);
  return text.form === 'name' ? undefined : missingInShort(unit, reference, meaning, settings);
}

/** The API server's Service is in every cluster. */
function isBuiltIn({ service, namespace }: HostMeaning): boolean {
  return service === 'kubernetes' && (namespace === 'default' || namespace === undefined);
}

function missingInFull(
  unit: Unit,
  { holder }: HostReference,
  meaning: HostMeaning,
  settings: RuleSettings,
): MissingService | undefined {
  const { service: name, namespace: place } = meaning;
  if (place === undefined || !knownNamespaces(unit).has(place)) return undefined;
  const namespace = namespaceOf(meaning, holder);
  if (mayExist(unit, meaning, holder, settings)) return undefined;
  const candidates = [...unit.index.ofType('service')].filter(
    (service) => sameNamespace(service.namespace, namespace) === 'yes' && holds(service, meaning),
  );
  const near = findMeant(holder, name, candidates);
  const isSlip = near?.name?.value !== undefined && isTypo(name, near.name.value);
  const { elsewhere } = lookUp(unit.index.services(name), namespace);
  if (isSlip) {
    const isSure = !isInDoubt(unit, holder, namespace, settings.external) && belongsTogether(holder, near, unit);
    return { meaning, near, elsewhere, severity: isSure ? 'warning' : 'hint' };
  }
  if (whyMoreMayExist(unit, namespace, settings.external) !== undefined) return undefined;
  return { meaning, near: undefined, elsewhere, severity: 'hint' };
}

function missingInShort(
  unit: Unit,
  { holder, text }: HostReference,
  meaning: HostMeaning,
  settings: RuleSettings,
): MissingService | undefined {
  const { service: name, namespace: place } = meaning;
  if (place !== undefined && !knownNamespaces(unit).has(place)) return undefined;
  const namespace = namespaceOf(meaning, holder);
  if (mayExist(unit, meaning, holder, settings)) return undefined;
  const port = portOfHost(text);
  const candidates = [...unit.index.ofType('service')].filter(
    (service) =>
      sameNamespace(service.namespace, namespace) === 'yes' &&
      !service.opaque &&
      service.ports.some((own) => own.port?.value === port),
  );
  const near = findMeant(holder, name, candidates);
  if (near?.name?.value === undefined || !isTypo(name, near.name.value)) return undefined;
  if (!standsBeside(holder, [near], unit) && !belongsTogether(holder, near, unit)) return undefined;
  const isClosed = whyMoreMayExist(unit, namespace, settings.external) === undefined;
  return { meaning, near, elsewhere: [], severity: isClosed && text.port !== undefined ? 'warning' : 'hint' };
}

/** Whether something may provide the Service: an operator, a mesh, the settings, or a manifest with a templated name. */
function mayExist(
  unit: Unit,
  meaning: HostMeaning,
  holder: HostReference['holder'],
  { external }: RuleSettings,
): boolean {
  const namespace = namespaceOf(meaning, holder);
  if (isExternalService(external, meaning.service, namespace)) return true;
  return [unit.index, ...unit.others].some(
    (index) =>
      index.derive(hasServiceEntries) ||
      mayBeMadeByCustomResource(index, meaning.service, namespace) ||
      index.derive(namelessServices).some((service) => sameNamespace(service.namespace, namespace) !== 'no'),
  );
}

/** Whether a name of a Pod below the Service is possible: it has to be one that names Pods. */
function holds(service: Service, { pod }: HostMeaning): boolean {
  return pod === undefined || service.clusterIP?.value === 'None';
}

/** A mesh knows hosts of its own; which ones is not read. */
function hasServiceEntries(index: ResourceIndex): boolean {
  return [...index.customResources].some(({ kind }) => kind === 'ServiceEntry' || kind === 'ServiceImport');
}

function namelessServices(index: ResourceIndex): readonly Service[] {
  return [...index.ofType('service')].filter(({ name }) => name?.value === undefined);
}
