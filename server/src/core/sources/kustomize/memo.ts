import type { Build, KustomizeFiles, Layer, Memo } from './context.ts';

/**
 * What `make` gives, which may have been made by an earlier build: it depends on nothing but `node`, `also`, and the files
 * that it reads by the layer it is given. Its problems are told each time.
 */
export function remember<T>(layer: Layer, node: object, also: unknown, make: (layer: Layer) => T): T {
  const { build } = layer;
  // Origins are told from the outermost folder.
  if (build.metadata !== undefined) return make(layer);
  let memos = build.cache.memos.get(node);
  if (memos === undefined) {
    memos = new Map();
    build.cache.memos.set(node, memos);
  }
  const known = memos.get(also);
  if (known !== undefined && isFresh(known, build.files)) {
    replay(known, build);
    return known.value as T;
  }
  const { memo, keep } = record(layer, make);
  if (keep) memos.set(also, memo);
  replay(memo, build);
  return memo.value as T;
}

function isFresh({ texts, doubts }: Memo, files: KustomizeFiles): boolean {
  for (const [path, text] of texts) if (files.read(path) !== text) return false;
  for (const [path, doubt] of doubts) if (files.whyUnknown?.(path) !== doubt) return false;
  return true;
}

function replay({ files, problems, unknown, remarks }: Memo, build: Build): void {
  for (const file of files) build.read.add(file);
  build.problems.push(...problems);
  build.unknown.push(...unknown);
  build.remarks.push(...remarks);
}

function record<T>(layer: Layer, make: (layer: Layer) => T): { readonly memo: Memo; readonly keep: boolean } {
  const { files } = layer.build;
  const texts = new Map<string, string | undefined>();
  const doubts = new Map<string, string | undefined>();
  let keep = true;
  const read = (path: string) => {
    const text = files.read(path);
    texts.set(path, text);
    return text;
  };
  const whyUnknown = (path: string) => {
    const doubt = files.whyUnknown?.(path);
    doubts.set(path, doubt);
    return doubt;
  };
  const readBytes = (path: string) => {
    keep = false;
    return files.readBytes?.(path);
  };
  const build: Build = {
    ...layer.build,
    files: { ...files, read, whyUnknown, readBytes },
    read: new Set(),
    problems: [],
    unknown: [],
    remarks: [],
  };
  const value = make({ ...layer, build });
  // Whether there is a circle depends on where the way began.
  if (build.problems.some(({ code }) => code === 'cycle')) keep = false;
  const { read: paths, problems, unknown, remarks } = build;
  const said = { problems: [...problems], unknown: [...unknown], remarks: [...remarks] };
  const memo = { value, texts, doubts, files: paths, ...said };
  return { memo, keep };
}
