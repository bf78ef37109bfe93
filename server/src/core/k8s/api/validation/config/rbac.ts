import { dns1123SubdomainFault } from '../../../validity.ts';
import { child, items, type Place, type Report, refuse, type Validator } from '../../place.ts';
import { pathSegmentFault } from '../metadata/names.ts';
import { validateLabelSelector } from '../metadata/selector.ts';
import { isWholeList, textAt } from '../values.ts';
import {
  descend,
  isSet,
  isValid,
  refuseChoice,
  requireText,
  validateRequiredText,
  validateText,
} from '../workloads/checks.ts';

const GROUP = 'rbac.authorization.k8s.io';

/** Source: kubernetes pkg/apis/rbac/validation, `ValidateRole`. */
export const validateRole: Validator = (object, report) => {
  for (const rule of items(child(object, 'rules'))) validateRule(rule, true, report);
};

/** Source: kubernetes pkg/apis/rbac/validation, `ValidateClusterRole`. */
export const validateClusterRole: Validator = (object, report) => {
  for (const rule of items(child(object, 'rules'))) validateRule(rule, false, report);
  const aggregation = child(object, 'aggregationRule');
  if (!isSet(aggregation)) return;
  const selectors = child(aggregation, 'clusterRoleSelectors');
  if (items(selectors).length === 0 && isWholeList(selectors)) {
    refuse(report, selectors, 'FieldValueRequired', 'an aggregation needs at least one selector');
  }
  for (const selector of items(selectors)) {
    if (isValid(report, (found) => validateLabelSelector(selector, found))) continue;
    refuse(report, selector, 'FieldValueInvalid', 'the selector is not valid');
  }
};

/** Source: kubernetes pkg/apis/rbac/validation, `ValidateRoleBinding`. */
export const validateRoleBinding: Validator = (object, report) => validateBinding(object, true, report);

/** Source: kubernetes pkg/apis/rbac/validation, `ValidateClusterRoleBinding`. */
export const validateClusterRoleBinding: Validator = (object, report) => validateBinding(object, false, report);

/** Rules are about resources, or, in a ClusterRole, about URLs. */
function validateRule(rule: Place, isNamespaced: boolean, report: Report): void {
  requireItem(child(rule, 'verbs'), 'a rule needs at least one verb', report);
  const urls = child(rule, 'nonResourceURLs');
  const [groups, resources] = [child(rule, 'apiGroups'), child(rule, 'resources')];
  if (items(urls).length > 0) {
    if (!isWholeList(urls)) return;
    if (isNamespaced) {
      refuse(report, urls, 'FieldValueInvalid', 'only a ClusterRole has rules about URLs: they belong to no namespace');
    }
    const lists = [groups, resources, child(rule, 'resourceNames')];
    if (lists.some((list) => items(list).length > 0 && isWholeList(list))) {
      refuse(report, urls, 'FieldValueInvalid', 'a rule is about resources or about URLs, not about both');
    }
    return;
  }
  if (!isWholeList(urls)) return;
  requireItem(groups, 'a rule needs at least one API group; the one of Pods and Services is `""`', report);
  requireItem(resources, 'a rule needs at least one resource', report);
}

function requireItem(list: Place, message: string, report: Report): void {
  if (items(list).length === 0 && isWholeList(list)) refuse(report, list, 'FieldValueRequired', message);
}

function validateBinding(object: Place, isNamespaced: boolean, report: Report): void {
  const groupPlace = descend(object, 'roleRef', 'apiGroup');
  const group = textAt(groupPlace);
  if (group !== undefined && group !== '' && group !== GROUP) refuseChoice(groupPlace, report, [GROUP], group);
  const kindPlace = descend(object, 'roleRef', 'kind');
  const kind = textAt(kindPlace);
  const kinds = isNamespaced ? ['Role', 'ClusterRole'] : ['ClusterRole'];
  if (kind !== undefined && !kinds.includes(kind)) refuseChoice(kindPlace, report, kinds, kind);
  validateRequiredText(descend(object, 'roleRef', 'name'), report, pathSegmentFault);
  for (const subject of items(child(object, 'subjects'))) validateSubject(subject, isNamespaced, report);
}

const SUBJECT_KINDS = ['ServiceAccount', 'User', 'Group'];

function validateSubject(subject: Place, isNamespaced: boolean, report: Report): void {
  const namePlace = child(subject, 'name');
  const name = requireText(namePlace, report);
  const kindPlace = child(subject, 'kind');
  const kind = textAt(kindPlace);
  if (kind === undefined) return;
  const groupPlace = child(subject, 'apiGroup');
  const group = textAt(groupPlace);
  if (!SUBJECT_KINDS.includes(kind)) {
    refuseChoice(kindPlace, report, SUBJECT_KINDS, kind);
  } else if (kind === 'ServiceAccount') {
    if (name !== undefined) validateText(namePlace, report, dns1123SubdomainFault);
    if (group !== undefined && group !== '') {
      const message = `the API group of ServiceAccounts is \`""\`, not \`${group}\``;
      refuse(report, groupPlace, 'FieldValueNotSupported', message);
    }
    const namespace = child(subject, 'namespace');
    if (!isNamespaced && textAt(namespace) === '') {
      const message = `the ServiceAccount \`${name ?? ''}\` needs its \`namespace\` here`;
      refuse(report, namespace, 'FieldValueRequired', message);
    }
  } else if (group !== undefined && group !== '' && group !== GROUP) {
    refuseChoice(groupPlace, report, [GROUP], group);
  }
}
