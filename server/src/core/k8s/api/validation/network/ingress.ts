import { parseIpAddress } from '../../../ipAddress.ts';
import {
  byteLength,
  dns1035LabelFault,
  dns1123LabelFault,
  dns1123SubdomainFault,
  portNameFault,
  wildcardSubdomainFault,
} from '../../../validity.ts';
import {
  child,
  entry,
  isAbsent,
  items,
  type Place,
  type Report,
  refuse,
  stringAt,
  type Validator,
} from '../../place.ts';
import { pathSegmentFault } from '../metadata/names.ts';
import { isWholeList, quoteAll, textAt } from '../values.ts';
import {
  descend,
  forbidWritten,
  isSet,
  numberAt,
  refuseChoice,
  validateOptionalText,
  validateRange,
  validateRequiredText,
  validateText,
  validateWrittenText,
} from '../workloads/checks.ts';

/** Source: kubernetes pkg/apis/networking/validation, `ValidateIngressCreate`. */
export const validateIngress: Validator = (object, report) => {
  const spec = child(object, 'spec');
  const rules = child(spec, 'rules');
  const backend = child(spec, 'defaultBackend');
  if (items(rules).length === 0 && isWholeList(rules) && isAbsent(backend)) {
    refuse(report, spec, 'FieldValueInvalid', 'an Ingress needs `rules` or a `defaultBackend`');
  }
  if (isSet(backend)) validateBackend(backend, report);
  for (const rule of items(rules)) validateRule(rule, report);
  for (const tls of items(child(spec, 'tls'))) validateTls(tls, report);
  validateClass(object, report);
};

/** Source: kubernetes pkg/apis/networking/validation, `validateIngressClassSpec`. */
export const validateIngressClass: Validator = (object, report) => {
  const spec = child(object, 'spec');
  validateController(child(spec, 'controller'), report);
  const parameters = child(spec, 'parameters');
  if (!isSet(parameters)) return;
  validateReference(parameters, report);
  const scopePlace = child(parameters, 'scope');
  const scope = isAbsent(scopePlace) ? 'Cluster' : stringAt(scopePlace);
  const namespace = child(parameters, 'namespace');
  if (scope === 'Namespace') {
    if (isAbsent(namespace)) {
      refuse(report, namespace, 'FieldValueRequired', 'parameters of the `scope` `Namespace` need a `namespace`');
    } else {
      validateText(namespace, report, dns1123LabelFault);
    }
  } else if (scope === 'Cluster') {
    forbidWritten(namespace, report, 'parameters of the `scope` `Cluster` have no `namespace`');
  } else if (scope !== undefined) {
    refuseChoice(scopePlace, report, ['Cluster', 'Namespace'], scope);
  }
};

const CLASS_ANNOTATION = 'kubernetes.io/ingress.class';

/** The server names the annotation without `metadata`. */
function validateClass(object: Place, report: Report): void {
  const name = descend(object, 'spec', 'ingressClassName');
  validateWrittenText(name, report, dns1123SubdomainFault);
  const annotation = entry(descend(object, 'metadata', 'annotations'), CLASS_ANNOTATION);
  const [nameText, annotationText] = [stringAt(name), textAt(annotation)];
  if (annotation.node === undefined || nameText === undefined || annotationText === undefined) return;
  if (nameText === annotationText) return;
  const message = `the annotation says \`${annotationText}\`, and \`ingressClassName\` says \`${nameText}\``;
  refuse(report, { ...annotation, path: `annotations.${CLASS_ANNOTATION}` }, 'FieldValueInvalid', message);
}

function validateRule(rule: Place, report: Report): void {
  const host = child(rule, 'host');
  const text = textAt(host);
  if (text !== undefined && text !== '') {
    if (parseIpAddress(text) !== undefined) {
      refuse(report, host, 'FieldValueInvalid', `\`${text}\` is an IP address; a host is a DNS name`);
    } else {
      validateText(host, report, hostFault);
    }
  }
  const http = child(rule, 'http');
  if (!isSet(http)) return;
  const paths = child(http, 'paths');
  if (items(paths).length === 0 && isWholeList(paths)) {
    refuse(report, paths, 'FieldValueRequired', '`http` needs at least one path');
  }
  for (const path of items(paths)) validatePath(path, report);
}

function hostFault(host: string): string | undefined {
  return host.includes('*') ? wildcardSubdomainFault(host) : dns1123SubdomainFault(host);
}

function validateTls(tls: Place, report: Report): void {
  for (const host of items(child(tls, 'hosts'))) validateText(host, report, hostFault);
  validateOptionalText(child(tls, 'secretName'), report, dns1123SubdomainFault);
}

const PATH_TYPES = ['Exact', 'ImplementationSpecific', 'Prefix'];

/** Without a `pathType` the server does not look at the rest. */
function validatePath(path: Place, report: Report): void {
  const typePlace = child(path, 'pathType');
  if (isAbsent(typePlace)) {
    refuse(report, typePlace, 'FieldValueRequired', `a path needs a \`pathType\`: one of ${quoteAll(PATH_TYPES)}`);
    return;
  }
  const type = stringAt(typePlace);
  if (type !== undefined && !PATH_TYPES.includes(type)) refuseChoice(typePlace, report, PATH_TYPES, type);
  const place = child(path, 'path');
  if (type === 'Exact' || type === 'Prefix') validateText(place, report, exactPathFault);
  else if (type === 'ImplementationSpecific') validateOptionalText(place, report, absolutePathFault);
  validateBackend(child(path, 'backend'), report);
}

function absolutePathFault(path: string): string | undefined {
  return path.startsWith('/') ? undefined : 'does not start with `/`';
}

function exactPathFault(path: string): string | undefined {
  const part = ['//', '/./', '/../', '%2f', '%2F'].find((sequence) => path.includes(sequence));
  const end = ['/..', '/.'].find((suffix) => path.endsWith(suffix));
  if (part !== undefined) return `may not hold \`${part}\``;
  return end === undefined ? absolutePathFault(path) : `may not end with \`${end}\``;
}

function validateBackend(backend: Place, report: Report): void {
  const service = child(backend, 'service');
  const resource = child(backend, 'resource');
  if (isSet(service) && isSet(resource)) {
    refuse(report, backend, 'FieldValueInvalid', 'a backend has either a `service` or a `resource`, not both');
  } else if (isSet(resource)) {
    if (isAbsent(service)) validateReference(resource, report);
  } else if (isSet(service)) {
    if (isAbsent(resource)) validateServiceBackend(service, backend, report);
  } else if (isAbsent(service) && isAbsent(resource)) {
    refuse(report, backend, 'FieldValueInvalid', 'a backend needs a `service` or a `resource`');
  }
}

function validateServiceBackend(service: Place, backend: Place, report: Report): void {
  validateRequiredText(child(service, 'name'), report, dns1035LabelFault);
  const name = descend(service, 'port', 'name');
  const number = descend(service, 'port', 'number');
  const [nameText, numberValue] = [textAt(name), numberAt(number)];
  if (nameText === undefined || numberValue === undefined) return;
  if (nameText !== '' && numberValue !== 0) {
    const at = { ...backend, span: name.span };
    refuse(report, at, 'FieldValueInvalid', 'a port is given by its name or by its number, not by both');
  } else if (nameText !== '') {
    validateText(name, report, portNameFault);
  } else if (numberValue !== 0) {
    validateRange(number, report, 1, 65535);
  } else {
    const at = { ...backend, span: child(service, 'port').span };
    refuse(report, at, 'FieldValueRequired', 'a backend needs the name or the number of a port');
  }
}

/** Source: as above, `validateIngressTypedLocalObjectReference`. */
function validateReference(reference: Place, report: Report): void {
  validateWrittenText(child(reference, 'apiGroup'), report, dns1123SubdomainFault);
  validateRequiredText(child(reference, 'kind'), report, pathSegmentFault);
  validateRequiredText(child(reference, 'name'), report, pathSegmentFault);
}

const MAX_CONTROLLER = 250;

/** Source: k8s.io/apimachinery pkg/util/validation, `IsDomainPrefixedPath`. */
function validateController(place: Place, report: Report): void {
  const text = textAt(place);
  if (text !== undefined && byteLength(text) > MAX_CONTROLLER) {
    const message = `the controller is ${byteLength(text)} bytes long; ${MAX_CONTROLLER} is the most`;
    refuse(report, place, 'FieldValueTooLong', message);
  }
  validateRequiredText(place, report, controllerFault);
}

function controllerFault(text: string): string | undefined {
  const slash = text.indexOf('/');
  if (slash < 1 || slash === text.length - 1) return 'is not of the form `example.com/controller`';
  const hostFaultText = dns1123SubdomainFault(text.slice(0, slash));
  if (hostFaultText !== undefined) return `has a domain that ${hostFaultText}`;
  const isPath = /^[A-Za-z0-9/\-._~%!$&'()*+,;=:]+$/.test(text.slice(slash + 1));
  return isPath ? undefined : 'has a part after the `/` that is no path of a URL';
}
