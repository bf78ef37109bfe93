import type { PredictedEndpoint } from '../../cluster/prediction.ts';
import { type Doubt, type Reason, reasonAt } from '../../cluster/reason.ts';
import { describeResource, headSpan } from '../../k8s/resourceBase.ts';
import { isHeadless } from '../../k8s/service.ts';
import { isJob, replicasOf, type Workload } from '../../k8s/workload.ts';
import { joinWords, plural } from '../context.ts';
import { code } from '../link.ts';
import { findReadiness } from '../readiness.ts';
import { type ConnectionStep, fails, ok, open, placed, type Seen } from './model.ts';
import { isThere, type ServedBy, stoppedOf } from './served.ts';

const TITLE = 'endpoints and readiness';
const MAX = 3;

/** How many endpoints there are once every Pod runs, and what has to happen until they are ready. */
export function explainEndpoints(served: ServedBy): ConnectionStep {
  const { predicted, endpoints, workloads } = served;
  const { service } = predicted;
  const seen: readonly Seen[] = isHeadless(service) ? ['name error'] : ['refused'];
  const ready = endpoints.filter((endpoint) => endpoint.ready !== false);
  if (ready.length === 0) return explainNone(served, seen);
  const readiness = findReadiness(service, { matched: workloads, possible: [] });
  const probes = workloads.slice(0, MAX).flatMap(probePlaces);
  if (readiness.verdict.kind !== 'ok') {
    const failure = {
      says: plain(readiness.verdict.why),
      evidence: [...readiness.lines.map(asRemark), ...probes],
      seen,
    };
    return readiness.verdict.kind === 'problem'
      ? fails('endpoints', TITLE, { ...failure, fix: 'let the probe ask a port that its container has' })
      : open('endpoints', TITLE, failure);
  }
  const doubts = unique(
    ready.flatMap((endpoint) =>
      endpoint.doubts.filter(({ about }) => about === 'count' || (about === 'existence' && !isThere(served, endpoint))),
    ),
  );
  const conditions = conditionsOf(ready);
  const evidence = [...doubts.slice(0, MAX), ...probes];
  const count = countText(ready, doubts);
  const when =
    conditions.length === 0
      ? 'ready as soon as its containers run: no readiness probe'
      : `ready when ${conditions.slice(0, MAX).join('; or ')}`;
  const says = ready.some(({ pod }) => pod !== undefined) ? `${count}, ${when}` : `${count}, written by hand`;
  if (ready.some((endpoint) => isThere(served, endpoint))) return ok('endpoints', TITLE, says, evidence);
  return open('endpoints', TITLE, { says: `${says}, if at all`, evidence, seen });
}

/** The endpoints of Pods that are connected to by their own address. */
export function explainPodReadiness(workload: Workload): ConnectionStep {
  const count = replicasOf(workload);
  const at = [reasonAt(workload, 'its Pods')];
  if (count === 0)
    return fails('endpoints', 'Pods', {
      says: `${code(describeResource(workload))} asks for no Pod (${code('replicas: 0')})`,
      evidence: workload.replicas === undefined ? at : [placed(workload.file, workload.replicas, 'the number of Pods')],
      seen: ['timeout'],
    });
  const says = `a Pod of ${code(describeResource(workload))} is connected to by its address: neither its readiness nor a Service takes part`;
  return ok('endpoints', 'Pods', says, at);
}

function explainNone({ unit, predicted, endpoints, workloads }: ServedBy, seen: readonly Seen[]): ConnectionStep {
  const { service, kind, doubts } = predicted;
  const stopped = kind === 'selector' ? stoppedOf(unit, service).filter((each) => !workloads.includes(each)) : [];
  const data = isHeadless(service)
    ? 'DNS has no address for it'
    : 'kube-proxy answers for it with a rejection (other data planes may drop)';
  const [first] = stopped;
  if (first !== undefined) {
    const failure = {
      says: `no endpoint: ${joinWords(stopped.slice(0, MAX).map((each) => `${code(describeResource(each))} ${whyNoPod(each)}`))}; ${data}`,
      evidence: stopped.slice(0, MAX).map((each) => placed(each.file, each.replicas ?? headSpan(each), `here`)),
      seen,
    };
    const isSure = stopped.every((each) => replicasOf(each) === 0) && doubts.length === 0;
    return isSure ? fails('endpoints', TITLE, failure) : open('endpoints', TITLE, failure);
  }
  const evidence = doubts.slice(0, MAX);
  if (endpoints.length > 0)
    return fails('endpoints', TITLE, {
      says: `none of its ${plural(endpoints.length, 'endpoint')} is ready; ${data}`,
      evidence,
      seen,
    });
  return open('endpoints', TITLE, { says: `no manifest here shows an endpoint; without one, ${data}`, evidence, seen });
}

function whyNoPod(workload: Workload): string {
  if (replicasOf(workload) === 0) return 'asks for no Pod (`replicas: 0`)';
  if (workload.maker === 'CronJob') return 'makes Pods at times only';
  return isJob(workload) ? 'runs to an end' : 'makes no Pod as it stands';
}

function countText(ready: readonly PredictedEndpoint[], doubts: readonly Doubt[]): string {
  const isOpen = doubts.some(({ about }) => about === 'count');
  return isOpen
    ? `${ready.length === 1 ? 'one or more' : `about ${ready.length}`} endpoints`
    : plural(ready.length, 'endpoint');
}

function conditionsOf(ready: readonly PredictedEndpoint[]): readonly string[] {
  return [...new Set(ready.flatMap(({ readyWhen }) => readyWhen ?? []))];
}

/** Where the probes stand that readiness hangs on. */
function probePlaces({ file, template }: Workload): readonly Reason[] {
  return template.containers.flatMap(({ role, probes }) => {
    const readiness = probes.filter(({ field }) => field === 'readinessProbe');
    const counting = readiness.length > 0 ? readiness : probes.filter(({ field }) => field === 'startupProbe');
    return role === 'init' ? [] : counting.map((probe) => placed(file, probe, `the ${code(probe.field)}`));
  });
}

function unique(doubts: readonly Doubt[]): readonly Doubt[] {
  return [...new Map(doubts.map((doubt) => [`${doubt.file} ${doubt.start} ${doubt.text}`, doubt])).values()];
}

/** Links of an explanation, which have their places in the evidence here, as their text alone. */
function plain(markdown: string): string {
  return markdown.replace(/\[(`(?:(?!\]\().)*)\]\([^()\s]*\)/g, '$1');
}

function asRemark(line: string): Reason {
  return { text: plain(line), file: '', start: 0, end: 0 };
}
