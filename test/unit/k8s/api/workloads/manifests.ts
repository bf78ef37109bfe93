import assert from 'node:assert/strict';
import { WORKLOAD_VALIDATORS } from '../../../../../server/src/core/k8s/api/validation/workloads/index.ts';
import { refusedFields } from '../refusals.ts';

type Fields = Readonly<Record<string, unknown>>;

/** A row of a table: what is written, and the fields that are refused, in any order. */
export type Row = readonly [title: string, fields: Fields, ...refused: string[]];

export const LABELS = { app: 'web' };

/** A template of Pods that no server refuses, with more in its spec. */
export function template(spec: Fields = {}): Fields {
  return { metadata: { labels: LABELS }, spec: { containers: [CONTAINER], ...spec } };
}

export const CONTAINER = { name: 'web', image: 'web:1' };

/** The fields refused in an object. */
export function refusedIn(kind: string, object: Fields): readonly string[] {
  const [apiVersion = '', name] = kind.split(' ');
  const manifest = JSON.stringify({ apiVersion, kind: name, metadata: { name: 'web' }, ...object });
  return [...refusedFields(manifest, WORKLOAD_VALIDATORS.get(`${apiVersion}/${name}`))].sort();
}

/** Tests of a table: `toObject` puts what a row says into an object, `prefix` is left out in the rows. */
export function table(
  title: string,
  kind: string,
  prefix: string,
  toObject: (fields: Fields) => Fields,
  rows: readonly Row[],
): void {
  describe(title, () => {
    for (const [name, fields, ...refused] of rows) {
      it(name, () => {
        const found = refusedIn(kind, toObject(fields)).map((field) => field.replace(prefix, ''));
        assert.deepEqual(found.sort(), [...refused].sort());
      });
    }
  });
}

/** A Pod of one container, with more in its spec. */
export const inPod = (fields: Fields): Fields => ({ spec: { containers: [CONTAINER], ...fields } });

/** The same, with more in the container, and two volumes. */
export const inContainer = (fields: Fields): Fields =>
  inPod({ containers: [{ ...CONTAINER, ...fields }], volumes: VOLUMES });

const VOLUMES = [
  { name: 'data', emptyDir: {} },
  { name: 'disk', persistentVolumeClaim: { claimName: 'disk' } },
];
