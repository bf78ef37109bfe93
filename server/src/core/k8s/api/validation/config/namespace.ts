import type { Validator } from '../../place.ts';
import { validateFinalizerNames } from '../metadata/owners.ts';
import { descend } from '../workloads/checks.ts';

/** The server reports finalizers under the name of their list. Source: kubernetes pkg/apis/core/validation, `ValidateNamespace`. */
export const validateNamespace: Validator = (object, report) => {
  const finalizers = descend(object, 'spec', 'finalizers');
  validateFinalizerNames(finalizers, true, (refusal) => report({ ...refusal, field: finalizers.path }));
};
