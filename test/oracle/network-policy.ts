import { answerFor, type Endpoint, judgeConnection } from '../../server/src/core/cluster/reach.ts';
import { parseIpAddress } from '../../server/src/core/k8s/ipAddress.ts';
import type { Ternary } from '../../server/src/core/k8s/labels.ts';
import type { Protocol } from '../../server/src/core/k8s/ports.ts';
import { WorkspaceFolder } from '../../server/src/core/workspace/folder.ts';
import { compare, type Vector, type Verdict } from './vector.ts';

interface Query {
  readonly from: string;
  readonly to: string;
  readonly protocol: Protocol;
  readonly port: number;
  readonly allowed?: boolean;
  readonly documented?: boolean;
  readonly ingressAllowed?: boolean;
  readonly egressAllowed?: boolean;
}

/** A cluster's manifests, and of each query whether both sides let it through, and each side alone. */
export function run({ manifests, queries }: Vector): Verdict {
  const folder = new WorkspaceFolder('/work', { defaultNamespace: 'default' });
  folder.apply([{ path: '/work/cluster.yaml', text: String(manifests) }]);
  for (const query of queries as readonly Query[]) {
    const [from, to] = [findEnd(folder, query.from), findEnd(folder, query.to)];
    if (from === undefined || to === undefined)
      return { status: 'differ', detail: `no end of ${JSON.stringify(query)}` };
    const { allowed, ingress, egress } = answerFor(judgeConnection(from, to), query.protocol, query.port);
    const verdict = compare(
      [query.allowed ?? query.documented, query.ingressAllowed, query.egressAllowed],
      [
        toJson(allowed),
        query.ingressAllowed === undefined ? undefined : toJson(ingress?.allowed),
        query.egressAllowed === undefined ? undefined : toJson(egress?.allowed),
      ],
    );
    if (verdict.status !== 'agree') return { status: 'differ', detail: `${JSON.stringify(query)}: ${verdict.detail}` };
  }
  return { status: 'agree' };
}

function findEnd(folder: WorkspaceFolder, text: string): Endpoint | undefined {
  if (text.startsWith('ip:')) {
    const address = parseIpAddress(text.slice(3));
    return address && { kind: 'address', address };
  }
  const [namespace, kind = '', name = ''] = text.split('/');
  for (const unit of folder.units)
    for (const workload of unit.index.named(kind, name))
      if (workload.type === 'workload' && workload.namespace?.value === namespace)
        return { kind: 'pods', unit, workload };
  return undefined;
}

function toJson(verdict: Ternary | undefined): boolean | string | undefined {
  return verdict === undefined || verdict === 'unknown' ? verdict : verdict === 'yes';
}
