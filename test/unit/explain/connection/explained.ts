import assert from 'node:assert/strict';
import { createLineIndex } from '../../../../server/src/core/base/lineIndex.ts';
import { basename } from '../../../../server/src/core/base/path.ts';
import { hostReferencesOf } from '../../../../server/src/core/cluster/hostReferences.ts';
import { explainConnection } from '../../../../server/src/core/explain/connection/explainConnection.ts';
import type {
  ConnectionExplanation,
  ConnectionOptions,
  ConnectionQuestion,
  ConnectionStep,
} from '../../../../server/src/core/explain/connection/model.ts';
import { connectionDocument } from '../../../../server/src/core/ide/explainConnection.ts';
import { parseIpAddress } from '../../../../server/src/core/k8s/ipAddress.ts';
import type { Resource } from '../../../../server/src/core/k8s/resource.ts';
import type { Unit } from '../../../../server/src/core/sources/unit.ts';
import { DEFAULT_SETTINGS } from '../../../../server/src/core/workspace/config.ts';
import { indexFixture } from '../../../check.ts';
import { parseFixture } from '../../../fixture.ts';

export interface Asked extends Partial<ConnectionOptions> {
  /** `Deployment/web`, `Ingress/shop`, `outside` or an address. */
  readonly from: string;
  /** `Service/orders`, `Pod/db`, or a host; with a `:port` behind it. Absent: the first host that the source is told of. */
  readonly to?: string;
  readonly protocol?: ConnectionQuestion['protocol'];
}

/** Explains a connection between objects of a fixture. */
export function explained(source: string, asked: Asked): ConnectionExplanation & { readonly text: string } {
  const { files } = parseFixture(source);
  const folder = indexFixture(files);
  const find = (name: string): { unit: Unit; resource: Resource } => {
    const [kind = '', own = ''] = name.split('/');
    for (const unit of folder.units) {
      const [resource] = unit.index.named(kind, own);
      if (resource !== undefined) return { unit, resource };
    }
    return assert.fail(`there is no ${name}`);
  };
  const question = toQuestion(asked, find, folder.units);
  const found = explainConnection(question, { settings: DEFAULT_SETTINGS, ...asked });
  const { text } = connectionDocument(found, (file, offset) => {
    const content = files.find(({ path }) => path === file)?.text ?? assert.fail(`${file} is no file`);
    return `${basename(file)}:${createLineIndex(content).positionAt(offset).line + 1}`;
  });
  return { ...found, text };
}

/** One step of an explanation, which must have it. */
export function stepOf({ steps }: ConnectionExplanation, id: ConnectionStep['id']): ConnectionStep {
  return steps.find((step) => step.id === id) ?? assert.fail(`there is no step ${id}`);
}

/** `name OK`, `port Problem`, for each step. */
export function statesOf({ steps }: ConnectionExplanation): readonly string[] {
  return steps.map(({ id, state }) => `${id} ${state}`);
}

function toQuestion(
  { from, to, protocol }: Asked,
  find: (name: string) => { unit: Unit; resource: Resource },
  units: readonly Unit[],
): ConnectionQuestion {
  const [, goal = '', portText] = /^(.*?)(?::(\w+))?$/.exec(to ?? '') ?? [];
  const port = portText === undefined ? undefined : /^\d+$/.test(portText) ? Number(portText) : portText;
  const rest = { port, protocol };
  const source = sourceOf(from, find, units);
  if (to === undefined) {
    assert.ok(source.kind === 'workload');
    const holders = [...source.unit.index.ofType('configMap'), source.workload];
    const [reference] = holders.flatMap((holder) => hostReferencesOf(source.unit, holder));
    assert.ok(reference, 'nothing is declared');
    return { ...rest, from: source, to: { kind: 'host', host: reference.text.host.value, reference } };
  }
  if (!goal.includes('/')) return { ...rest, from: source, to: { kind: 'host', host: goal, reference: undefined } };
  const { unit, resource } = find(goal);
  if (resource.type === 'service') return { ...rest, from: source, to: { kind: 'service', unit, service: resource } };
  assert.ok(resource.type === 'workload');
  return { ...rest, from: source, to: { kind: 'pods', unit, workload: resource } };
}

function sourceOf(
  from: string,
  find: (name: string) => { unit: Unit; resource: Resource },
  [first]: readonly Unit[],
): ConnectionQuestion['from'] {
  assert.ok(first);
  if (from === 'outside') return { kind: 'outside', unit: first, address: undefined };
  const address = parseIpAddress(from);
  if (address !== undefined) return { kind: 'outside', unit: first, address };
  const { unit, resource } = find(from);
  if (resource.type === 'ingress' || resource.type === 'route') return { kind: 'ingress', unit, ingress: resource };
  assert.ok(resource.type === 'workload');
  return { kind: 'workload', unit, workload: resource };
}
