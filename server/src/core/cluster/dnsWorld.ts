import type { Ternary } from '../k8s/labels.ts';
import { describeResource, type ResourceBase } from '../k8s/resourceBase.ts';
import { readService, type Service } from '../k8s/service.ts';
import type { ResourceIndex } from '../sources/resourceIndex.ts';
import type { YamlMapping } from '../yaml/node.ts';
import type { ClusterFacts } from './clusterFacts.ts';
import { predictService } from './endpoints.ts';
import type { PredictedService } from './prediction.ts';
import { type Reason, reasonAt } from './reason.ts';

/** How the namespace of objects is written that name none, where nobody says where they are applied. */
export const UNNAMED_NAMESPACE = '<namespace>';

/** What the DNS server knows, and how it is set up. */
export interface DnsFacts extends ClusterFacts {
  /** The zone, `cluster.local`. */
  readonly clusterDomain: string;
  /** Where objects are applied that name no namespace. */
  readonly namespace?: string;
  /** Namespaces that exist beside those that the manifests show. */
  readonly namespaces?: Iterable<string>;
  /** Why a Service of the name may exist that no manifest shows (an operator's, one that the settings tell of). */
  readonly whyServiceMayExist?: (name: string, namespace: string) => string | undefined;
}

/** The objects of a unit as DNS sees them: by full name. Predictions are made for what is asked. */
export interface DnsWorld {
  readonly zone: string;
  readonly index: ResourceIndex;
  namespace(name: string): { readonly exists: Ternary; readonly doubts: readonly Reason[] };
  /** The Services of a name (both in lower case); several where manifests contradict each other. */
  services(
    name: string,
    namespace: string,
  ): { readonly services: readonly PredictedService[]; readonly doubts: readonly Reason[] };
  whyServiceMayExist(name: string, namespace: string): readonly Reason[];
  predict(service: Service): PredictedService;
  /** Where an object is applied; `undefined` where a template decides. */
  namespaceOf(resource: Pick<ResourceBase, 'namespace'>): string | undefined;
}

/** Namespaces that every cluster has. */
const BUILT_IN: ReadonlySet<string> = new Set(['default', 'kube-system', 'kube-public', 'kube-node-lease']);

/** Makes the view of one index. It lives as long as the index does not change. */
export function createDnsWorld(index: ResourceIndex, facts: DnsFacts): DnsWorld {
  const own = facts.namespace ?? UNNAMED_NAMESPACE;
  const known = new Set([...BUILT_IN, ...(facts.namespaces ?? []), own]);
  const predicted = new Map<Service, PredictedService>();
  const namespaceOf = ({ namespace }: Pick<ResourceBase, 'namespace'>) =>
    namespace === undefined ? own : namespace.value;
  const predict = (service: Service) => {
    const found = predicted.get(service) ?? predictService(index, service, facts);
    predicted.set(service, found);
    return found;
  };
  return {
    zone: facts.clusterDomain,
    index,
    namespaceOf,
    predict,
    namespace(name) {
      const isShown = known.has(name) || index.usesNamespace(name) || index.named('Namespace', name).length > 0;
      if (isShown) return { exists: 'yes', doubts: [] };
      const why = facts.closed === true ? undefined : facts.whyMore?.({ value: name, start: 0, end: 0 });
      if (why === undefined) return { exists: 'no', doubts: [] };
      return { exists: 'unknown', doubts: [{ text: why, file: '', start: 0, end: 0 }] };
    },
    services(name, namespace) {
      const here: PredictedService[] = [];
      const doubts: Reason[] = [];
      for (const service of index.services(name)) {
        const place = namespaceOf(service);
        if (place === namespace) here.push(predict(service));
        else if (place === undefined || (place !== namespace && mayDiffer(place, namespace)))
          doubts.push(reasonAt(service, `the namespace of \`${describeResource(service)}\` is not decided`));
      }
      const [first] = here;
      if (first !== undefined && here.length > 1) {
        const text = `several manifests are named \`${describeResource(first.service)}\`, and the one that is applied last counts`;
        doubts.push(reasonAt(first.service, text));
      }
      if (here.length === 0 && name === 'kubernetes' && namespace === 'default')
        return { services: [apiServer(facts)], doubts };
      return { services: here.slice(-1), doubts };
    },
    whyServiceMayExist(name, namespace) {
      const reason = (text: string | undefined) => (text === undefined ? [] : [{ text, file: '', start: 0, end: 0 }]);
      const nameless = [...index.derive(namelessServices)].filter((service) => {
        const place = namespaceOf(service);
        return place === undefined || place === namespace || mayDiffer(place, namespace);
      });
      return [
        ...reason(facts.whyMore?.({ value: namespace, start: 0, end: 0 })),
        ...reason(facts.whyServiceMayExist?.(name, namespace)),
        ...nameless.map((service) => reasonAt(service, 'its name is not decided')),
      ];
    },
  };

  /** One of both is a namespace that nobody has named yet: it may come to be the other. */
  function mayDiffer(a: string, b: string): boolean {
    return a === UNNAMED_NAMESPACE || b === UNNAMED_NAMESPACE;
  }
}

function namelessServices(index: ResourceIndex): readonly Service[] {
  return [...index.ofType('service')].filter(({ name }) => name !== undefined && name.value === undefined);
}

/** The Service of the API server itself, which every cluster has. */
function apiServer({ families }: ClusterFacts): PredictedService {
  const at = { start: 0, end: 0 };
  const port = { name: { value: 'https', ...at }, port: { value: 443, ...at }, protocol: undefined };
  const base: ResourceBase = {
    file: '',
    apiVersion: 'v1',
    group: '',
    kind: 'Service',
    kindSpan: at,
    name: { value: 'kubernetes', ...at },
    generateName: false,
    namespace: { value: 'default', ...at },
    labels: undefined,
    annotations: undefined,
    opaque: false,
    faults: [],
    ...at,
  };
  const root: YamlMapping = { kind: 'mapping', flow: false, pairs: [], ...at };
  const empty = readService(base, root, { file: '', faults: [], intern: (text) => text });
  const rest = { targetPort: undefined, nodePort: undefined, nodePortKey: undefined, appProtocol: undefined };
  const service: Service = { ...empty, ports: [{ ...port, ...rest, ...at }] };
  const more = { text: "its endpoints are the cluster's API servers", file: '', ...at, about: 'more' } as const;
  return { service, kind: 'none', families: families.slice(0, 1), slices: [], endpoints: undefined, doubts: [more] };
}
