export { describeParser } from './describe-parser';
export type { DescribeParserOptions, ParserCase } from './describe-parser';
export { contextOf, directoryOf, keysOf } from './directory-of';
export type { DirectoryEntry, DirectoryOptions, RecordingDirectory } from './directory-of';
export { decideSoundly, expectSound } from './expect-sound';
export { bytesOf, request } from './request';
export type { RequestOptions, TestBody } from './request';
