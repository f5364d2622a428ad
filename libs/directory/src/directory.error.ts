import { SwitchyardError } from '@switchyard/primitives';

/** A change that contradicts what is there: another organization has that slug. */
export class DirectoryConflictError extends SwitchyardError {
  constructor(message: string, remedy: string) {
    super(message, { code: 'SWY_DIRECTORY_CONFLICT', remedy });
  }
}

/** A change that names something that is not there. */
export class DirectoryReferenceError extends SwitchyardError {
  constructor(message: string, remedy: string) {
    super(message, { code: 'SWY_DIRECTORY_REFERENCE', remedy });
  }
}
