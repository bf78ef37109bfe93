/**
 * What Kubernetes takes as a name. Each function returns `undefined` for a valid text, else what is wrong with it, as the
 * end of a sentence ("`X` …"). Source: k8s.io/apimachinery/pkg/util/validation/validation.go and api/validate/content.
 */

/** Keys of labels: `name` or `prefix/name`, the prefix a DNS subdomain. */
export function labelKeyFault(key: string): string | undefined {
  const slash = key.indexOf('/');
  if (slash !== key.lastIndexOf('/')) return 'has more than one `/`';
  if (slash === 0) return 'has nothing before the `/`';
  const prefixFault = slash > 0 ? dns1123SubdomainFault(key.slice(0, slash)) : undefined;
  if (prefixFault) return `has a prefix that ${prefixFault}`;
  const name = key.slice(slash + 1);
  if (name === '') return slash < 0 ? 'is empty' : 'has nothing after the `/`';
  if (name.length > 63) return `has a name of ${name.length} characters; 63 is the most`;
  return QUALIFIED_NAME.test(name)
    ? undefined
    : 'may hold only letters, digits, `-`, `_` and `.`, and starts and ends with a letter or digit';
}

/** Keys of annotations: as those of labels, in any case. */
export function annotationKeyFault(key: string): string | undefined {
  return labelKeyFault(key.toLowerCase());
}

/** Values of labels; an empty one is valid. */
export function labelValueFault(value: string): string | undefined {
  if (value === '') return undefined;
  if (byteLength(value) > 63) return `is ${byteLength(value)} bytes long; 63 is the most`;
  return QUALIFIED_NAME.test(value)
    ? undefined
    : 'may hold only letters, digits, `-`, `_` and `.`, and starts and ends with a letter or digit';
}

/** Names of namespaces, containers, Service ports and others: `web-1`. */
export function dns1123LabelFault(name: string): string | undefined {
  if (name === '') return 'is empty';
  if (name.length > 63) return `is ${name.length} characters long; 63 is the most`;
  if (name.includes('.') && SUBDOMAIN.test(name)) return 'may not hold a `.`';
  return LABEL.test(name)
    ? undefined
    : 'may hold only lower-case letters, digits and `-`, and starts and ends with a letter or digit';
}

/** Names of Services: as above, and the first character is a letter. */
export function dns1035LabelFault(name: string): string | undefined {
  if (name === '') return 'is empty';
  if (name.length > 63) return `is ${name.length} characters long; 63 is the most`;
  return LABEL_1035.test(name)
    ? undefined
    : 'may hold only lower-case letters, digits and `-`, starts with a letter and ends with a letter or digit';
}

/** Names of most objects, hosts: `shop.example.com`. Its parts may have more than 63 characters. */
export function dns1123SubdomainFault(name: string): string | undefined {
  if (name === '') return 'is empty';
  if (name.length > 253) return `is ${name.length} characters long; 253 is the most`;
  return SUBDOMAIN.test(name)
    ? undefined
    : 'may hold only lower-case letters, digits, `-` and `.`, and each part starts and ends with a letter or digit';
}

/** Hosts of the form `*.example.com`. */
export function wildcardSubdomainFault(name: string): string | undefined {
  if (!name.startsWith('*.')) return 'does not start with `*.`';
  if (name.length > 253) return `is ${name.length} characters long; 253 is the most`;
  return SUBDOMAIN.test(name.slice(2))
    ? undefined
    : 'may hold after the `*.` only lower-case letters, digits, `-` and `.`, and each part starts and ends with a letter or digit';
}

/** Names of container ports, and of ports where a number or name may stand: `http`, `8080-tcp`, not `8080`. */
export function portNameFault(name: string): string | undefined {
  if (name === '') return 'is empty';
  if (name.length > 15) return `is ${name.length} characters long; 15 is the most`;
  if (!/^[-a-z0-9]+$/.test(name)) return 'may hold only lower-case letters, digits and `-`';
  if (!/[a-z]/.test(name)) return 'holds no letter';
  if (name.includes('--')) return 'holds two hyphens in a row';
  return name.startsWith('-') || name.endsWith('-') ? 'starts or ends with a hyphen' : undefined;
}

export function portNumberFault(port: number): string | undefined {
  return Number.isInteger(port) && port >= 1 && port <= 65535 ? undefined : 'is not between 1 and 65535';
}

/** Names of environment variables, as the API server takes them since 1.30: anything printable but `=`. */
export function envVarNameFault(name: string): string | undefined {
  if (name === '') return 'is empty';
  return /^[ -<>-~]+$/.test(name) ? undefined : 'may hold only printable ASCII characters other than `=`';
}

/** Names of environment variables before 1.30; most programs read only such ones. */
export function classicEnvVarNameFault(name: string): string | undefined {
  if (name === '') return 'is empty';
  if (!/^[-._a-zA-Z][-._a-zA-Z0-9]*$/.test(name)) {
    return 'may hold only letters, digits, `-`, `_` and `.`, and starts with no digit';
  }
  return parentFolderFault(name);
}

/** Keys of ConfigMaps and Secrets. */
export function configMapKeyFault(key: string): string | undefined {
  if (key === '') return 'is empty';
  if (byteLength(key) > 253) return `is ${byteLength(key)} bytes long; 253 is the most`;
  return /^[-._a-zA-Z0-9]+$/.test(key) ? parentFolderFault(key) : 'may hold only letters, digits, `-`, `_` and `.`';
}

/** Names of headers of HTTP probes. */
export function httpHeaderNameFault(name: string): string | undefined {
  if (name === '') return 'is empty';
  return /^[-A-Za-z0-9]+$/.test(name) ? undefined : 'may hold only letters, digits and `-`';
}

/** Shares written as text: `25%`. More than 100 is valid here; the fields that refuse it say so themselves. */
export function percentFault(text: string): string | undefined {
  return /^[0-9]+%$/.test(text) ? undefined : 'is not a whole number followed by `%`';
}

/** What would lead out of the folder that the key becomes a file in. */
function parentFolderFault(name: string): string | undefined {
  if (name === '.') return 'is `.`';
  return name.startsWith('..') ? 'starts with `..`' : undefined;
}

const QUALIFIED_NAME = /^[A-Za-z0-9](?:[-A-Za-z0-9_.]*[A-Za-z0-9])?$/;
const LABEL = /^[a-z0-9](?:[-a-z0-9]*[a-z0-9])?$/;
const LABEL_1035 = /^[a-z](?:[-a-z0-9]*[a-z0-9])?$/;
const SUBDOMAIN = /^[a-z0-9](?:[-a-z0-9]*[a-z0-9])?(?:\.[a-z0-9](?:[-a-z0-9]*[a-z0-9])?)*$/;

/** The length in UTF-8, as Go counts it. */
export function byteLength(text: string): number {
  let length = 0;
  for (const character of text) {
    const code = character.codePointAt(0) ?? 0;
    length += code < 0x80 ? 1 : code < 0x800 ? 2 : code < 0x10000 ? 3 : 4;
  }
  return length;
}
