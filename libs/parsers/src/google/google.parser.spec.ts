import { contextOf, describeParser, directoryOf, request } from '../testing';
import { googleParser } from './google.parser';

describeParser(googleParser, contextOf(directoryOf({})), [
  {
    name: 'T32 a stray path',
    given: request('page'),
    expect: { kind: 'control', view: 'google.page', isVerified: false },
  },
  { name: 'any other path', given: request('unknown'), expect: { kind: 'control' } },
]);
