import { findNearest } from '../core/base/editDistance.ts';
import type { Endpoint, UnitPods } from '../core/cluster/reach.ts';
import { parseIpAddress } from '../core/k8s/ipAddress.ts';
import type { Workload } from '../core/k8s/workload.ts';
import type { Unit } from '../core/sources/unit.ts';
import { kindOfName } from './kindNames.ts';

/** `shop/Deployment/web`; `-` where no namespace is known. */
export function endName({ namespace, kind, name }: Workload): string {
  return `${namespace?.value ?? '-'}/${kind}/${name?.value ?? '?'}`;
}

/** Finds the ends that questions name, in the units of a folder. */
export interface EndFinder {
  /** All that an end may be: one workload can stand in several units. A text that names nothing gives the reason. */
  readonly find: (text: string) => readonly Endpoint[] | { readonly problem: string };
}

export function createEndFinder(units: readonly Unit[]): EndFinder {
  const byName = new Map<string, UnitPods[]>();
  for (const unit of units) {
    for (const workload of unit.index.ofType('workload')) {
      const name = endName(workload);
      const list = byName.get(name);
      if (list === undefined) byName.set(name, [{ kind: 'pods', unit, workload }]);
      else list.push({ kind: 'pods', unit, workload });
    }
  }
  return {
    find: (text) => {
      if (text.startsWith('ip:')) {
        const address = parseIpAddress(text.slice(3));
        return address === undefined
          ? { problem: `\`${text.slice(3)}\` is not an IP address` }
          : [{ kind: 'address', address }];
      }
      const [namespace, kind, name, more] = text.split('/');
      if (namespace === undefined || kind === undefined || name === undefined || more !== undefined)
        return { problem: `\`${text}\` is not NAMESPACE/KIND/NAME or ip:ADDRESS` };
      const found = byName.get(text) ?? byName.get(`${namespace}/${kindOfName(kind)}/${name}`);
      if (found !== undefined) return found;
      if (kindOfName(kind) === 'Service')
        return { problem: `\`${text}\` is a Service, and policies count Pods: name a workload, or ask with --explain` };
      const near = findNearest(text, byName.keys(), (known) => known);
      return {
        problem: `no manifest has the workload \`${text}\`${near === undefined ? '' : `; did you mean \`${near}\`?`}`,
      };
    },
  };
}
