/**
 * The pull policy of an image: `Always` for the tag `latest` and for no tag, else `IfNotPresent`, also for what is no
 * image name. Source: kubernetes pkg/util/parsers, `ParseImageName`, and github.com/distribution/reference.
 */
export function pullPolicyOf(image: string): 'Always' | 'IfNotPresent' {
  const parts = image.length > MOST_CHARACTERS ? undefined : readImage(image);
  if (parts === undefined) return 'IfNotPresent';
  return (parts.tag ?? (parts.digest === undefined ? 'latest' : '')) === 'latest' ? 'Always' : 'IfNotPresent';
}

const MOST_CHARACTERS = 4096;
const COMPONENT = '[a-z0-9]+(?:(?:[._]|__|-+)[a-z0-9]+)*';
const HOST_LABEL = '[a-zA-Z0-9](?:[a-zA-Z0-9-]*[a-zA-Z0-9])?';
const DOMAIN = `(?:${HOST_LABEL}(?:\\.${HOST_LABEL})*|\\[[a-fA-F0-9:]+\\])(?::[0-9]+)?`;
const TAG = '[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}';
const DIGEST = '[A-Za-z][A-Za-z0-9]*(?:[-_+.][A-Za-z][A-Za-z0-9]*)*:[0-9a-fA-F]{32,}';
const REFERENCE = new RegExp(`^(?:${DOMAIN}/)?(${COMPONENT}(?:/${COMPONENT})*)(?::(${TAG}))?(?:@(${DIGEST}))?$`);

function readImage(image: string): { readonly tag?: string; readonly digest?: string } | undefined {
  if (/^[a-f0-9]{64}$/.test(image)) return undefined;
  const match = REFERENCE.exec(withDomain(image));
  const [, path = '', tag, digest] = match ?? [];
  if (match === null || path.length > 255) return undefined;
  return { ...(tag ? { tag } : {}), ...(digest ? { digest } : {}) };
}

/** The first part of a path is a host only where it looks like one. */
function withDomain(image: string): string {
  const slash = image.indexOf('/');
  const first = image.slice(0, Math.max(0, slash));
  const isDomain = first === 'localhost' || /[.:]/.test(first) || first.toLowerCase() !== first;
  return slash >= 0 && isDomain ? image : `docker.io/${slash < 0 ? 'library/' : ''}${image}`;
}
