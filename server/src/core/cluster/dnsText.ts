import type { DnsRecord } from './dns.ts';
import type { DnsTarget } from './dnsRecords.ts';
import { UNNAMED_NAMESPACE } from './dnsWorld.ts';
import type { PredictedPod } from './pods.ts';

/**
 * A record's target as text; what the cluster draws by what it is drawn for: `clusterIP of shop/web`, `shop/deployment/web#1`,
 * `node of …` for a Pod with `hostNetwork`, `<shop/deployment/web#1>.web.shop.svc.cluster.local` for the name of a Pod's address.
 * `namespace`: where objects are applied that name none.
 */
export function targetText(target: DnsTarget, namespace: string = UNNAMED_NAMESPACE): string {
  switch (target.kind) {
    case 'clusterIP':
      return `clusterIP of ${target.service.namespace?.value ?? namespace}/${target.service.name?.value ?? '?'}`;
    case 'pod':
      return podText(target.pod, namespace);
    case 'podName':
      return `<${podText(target.pod, namespace)}>.${target.below}`;
    case 'address':
      return target.address;
    case 'name':
      return target.name;
  }
}

/** A record as programs read it; `name` only where it is not the question's. */
export interface RecordJson {
  readonly name?: string;
  readonly type: string;
  readonly to: string;
  readonly port?: number;
}

/** The records of an answer to a question, each as {@link RecordJson}. */
export function recordsJson(
  question: string,
  records: readonly DnsRecord[],
  namespace?: string,
): readonly RecordJson[] {
  return records.map(({ name, type, to, port }) => ({
    ...(name === question ? {} : { name }),
    type,
    to: targetText(to, namespace),
    ...(port === undefined ? {} : { port }),
  }));
}

function podText(pod: PredictedPod, namespace: string): string {
  const text = `${pod.namespace?.value ?? namespace}/${pod.reference}`;
  return pod.hostNetwork ? `node of ${text}` : text;
}
