import { SwitchyardError } from '@switchyard/primitives';
import type { HealthSubject, RequestCategory } from './health-subject';

/** A request of this subject cannot end this way. */
export class CategoryNotAllowedError extends SwitchyardError {
  constructor(kind: HealthSubject['kind'], category: RequestCategory) {
    super('Requires a valid key param.', {
      code: 'SWY_REQUEST_BUFFER_CATEGORY',
      remedy: 'Apps end in success, error or timeout; first-party integrations in success, error or fatal.',
      details: { kind, category },
    });
  }
}
