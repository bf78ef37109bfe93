import { createInterner } from '../../../server/src/core/k8s/field.ts';
import { ResourceIndex } from '../../../server/src/core/sources/resourceIndex.ts';
import { readSourceFile } from '../../../server/src/core/sources/sourceFile.ts';

/** The objects of one text, applied into the namespace `default` where they name none. */
export function indexOf(text: string): ResourceIndex {
  const index = new ResourceIndex();
  const file = readSourceFile('/work/test.yaml', text, { intern: createInterner(), defaultNamespace: 'default' });
  for (const resource of file.resources) index.add(resource);
  return index;
}
