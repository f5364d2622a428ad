export { fieldSet } from './field-set';
export type { FieldNode } from './field-set';
export { readFields } from './read-fields';
