import { findNearMiss } from '../../cluster/nearMiss.ts';
import { whyMoreMayExist } from '../../cluster/openWorld.ts';
import { type Reason, reasonAt } from '../../cluster/reason.ts';
import { whySelected } from '../../cluster/servicePods.ts';
import { type LabelSelector, labelsText, selectorText } from '../../k8s/labels.ts';
import { describeResource } from '../../k8s/resourceBase.ts';
import type { Service } from '../../k8s/service.ts';
import { serviceSelectorNoMatch } from '../../rules/service-selector-no-match.ts';
import { plural } from '../context.ts';
import { code } from '../link.ts';
import { type ConnectionStep, type ConnectionWorld, fails, ok, open, placed } from './model.ts';
import { isThere, namesOf, type ServedBy, stoppedOf } from './served.ts';

const SELECTOR = 'selector';

/** Which Pods a Service takes, pair by pair. */
export function explainSelector(world: ConnectionWorld, served: ServedBy): ConnectionStep {
  const { predicted, workloads, endpoints } = served;
  const { service, kind } = predicted;
  const selector = service.selector;
  const text = selector === undefined ? '' : code(selectorText(selector));
  if (kind === 'unknown')
    return open('selector', SELECTOR, { says: 'which Pods it takes is not decided', evidence: predicted.doubts });
  if (kind === 'none' || selector === undefined) return explainNoSelector(world, served);
  const sure = endpoints.filter((endpoint) => isThere(served, endpoint));
  const [first] = workloads;
  if (first !== undefined) {
    const evidence = workloads.slice(0, MAX).flatMap((workload) => {
      const pod = endpoints.find((endpoint) => endpoint.pod?.workload === workload)?.pod;
      return pod === undefined ? [] : whySelected(service, pod);
    });
    const names = namesOf(workloads.slice(0, MAX));
    const more = workloads.length > MAX ? ` and ${plural(workloads.length - MAX, 'more workload')}` : '';
    const at = [placed(service.file, selector, `the selector ${text}`), ...evidence];
    if (sure.length > 0) return ok('selector', SELECTOR, `${text} takes the Pods of ${names}${more}`, at);
    const doubts = endpoints.flatMap((endpoint) => endpoint.doubts).filter(({ about }) => about === 'existence');
    return open('selector', SELECTOR, {
      says: `${text} perhaps takes the Pods of ${names}${more}`,
      evidence: [...at, ...doubts.slice(0, MAX)],
      seen: REFUSED,
    });
  }
  return explainNoPods(world, service, selector, served);
}

const MAX = 3;
const REFUSED = ['refused'] as const;

function explainNoSelector(world: ConnectionWorld, { predicted, endpoints }: ServedBy): ConnectionStep {
  const { service, slices } = predicted;
  const sources = [...new Set(slices.flatMap(({ source }) => source ?? []))];
  const evidence = sources.map((source) => reasonAt(source, `${code(describeResource(source))} is written by hand`));
  if (endpoints.length > 0 || sources.length > 0)
    return ok('selector', SELECTOR, 'it has none: its endpoints are those that somebody writes', evidence);
  const failure = {
    says: 'it has none, and no manifest writes endpoints for it',
    evidence: [reasonAt(service, 'the Service')],
    fix: 'give it a selector, or write an EndpointSlice with the label `kubernetes.io/service-name`',
    seen: REFUSED,
  };
  return world.isWhole === true ? fails('selector', SELECTOR, failure) : open('selector', SELECTOR, failure);
}

function explainNoPods(
  world: ConnectionWorld,
  service: Service,
  selector: LabelSelector,
  { unit, predicted }: ServedBy,
): ConnectionStep {
  const text = code(selectorText(selector));
  const { settings } = world;
  const stopped = stoppedOf(unit, service);
  if (stopped.length > 0)
    return ok('selector', SELECTOR, `${text} takes the Pods of ${namesOf(stopped.slice(0, MAX))}`, [
      placed(service.file, selector, `the selector ${text}`),
      ...stopped.slice(0, MAX).map((each) => reasonAt(each, 'has these labels')),
    ]);
  const [finding] = [...serviceSelectorNoMatch.check(service, { unit, settings, refusals: () => [] })];
  const miss = findNearMiss(unit.index, selector, service.namespace, service.file);
  const why = whyMoreMayExist(unit, service.namespace, settings.external);
  const evidence: Reason[] = [placed(service.file, finding?.at ?? selector, `the selector ${text}`)];
  for (const { file, start, end, message } of finding?.related?.slice(0, MAX) ?? [])
    evidence.push({ file, start, end, text: message });
  if (miss !== undefined && evidence.length < 2)
    evidence.push(
      placed(
        miss.workload.file,
        miss.actual,
        `${code(describeResource(miss.workload))} has the labels ${code(labelsText(miss.workload.template.labels ?? NO_LABELS))}`,
      ),
    );
  const fix = finding?.fixes?.[0]?.title.replace(/^./, (first) => first.toLowerCase());
  const isSure = finding?.severity === undefined || finding.severity === 'warning' || finding.severity === 'error';
  if (
    (finding !== undefined && isSure) ||
    (world.isWhole === true && why === undefined && predicted.doubts.length === 0)
  )
    return fails('selector', SELECTOR, { says: `${text} takes no Pod`, evidence, fix, seen: REFUSED });
  const but = why === undefined ? '; they may come from elsewhere' : `, but ${why}`;
  return open('selector', SELECTOR, {
    says: `no manifest here has Pods that ${text} takes${but}`,
    evidence,
    fix,
    seen: REFUSED,
  });
}

const NO_LABELS = { entries: [], open: false, start: 0, end: 0 } as const;
