import { dns1123LabelFault, dns1123SubdomainFault, labelKeyFault } from '../../../validity.ts';
import { child, items, type Place, type Report, refuse, type Validator } from '../../place.ts';
import { isWholeList } from '../values.ts';
import {
  validateChoice,
  validateOptionalText,
  validateRange,
  validateRequiredText,
  validateText,
  validateWrittenText,
} from '../workloads/checks.ts';
import { endpointIpFault } from './addresses.ts';

/** Source: kubernetes pkg/apis/core/validation, `validateEndpointSubsets`. */
export const validateEndpoints: Validator = (object, report) => {
  for (const subset of items(child(object, 'subsets'))) validateSubset(subset, report);
};

function validateSubset(subset: Place, report: Report): void {
  const lists = [child(subset, 'addresses'), child(subset, 'notReadyAddresses')];
  if (lists.every((list) => items(list).length === 0 && isWholeList(list))) {
    refuse(report, subset, 'FieldValueRequired', 'a subset needs `addresses` or `notReadyAddresses`');
  }
  for (const address of lists.flatMap(items)) {
    validateText(child(address, 'ip'), report, endpointIpFault);
    validateOptionalText(child(address, 'hostname'), report, dns1123LabelFault);
    validateWrittenText(child(address, 'nodeName'), report, dns1123SubdomainFault);
  }
  const ports = child(subset, 'ports');
  const needsName = items(ports).length > 1 && isWholeList(ports);
  for (const port of items(ports)) {
    const name = child(port, 'name');
    if (needsName) validateRequiredText(name, report, dns1123LabelFault);
    else validateOptionalText(name, report, dns1123LabelFault);
    validateRange(child(port, 'port'), report, 1, 65535);
    validateChoice(child(port, 'protocol'), report, ['SCTP', 'TCP', 'UDP'], 'TCP');
    validateWrittenText(child(port, 'appProtocol'), report, labelKeyFault);
  }
}
