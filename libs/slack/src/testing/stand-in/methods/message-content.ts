import { isObject } from '../arguments';
import type { Arguments, Json } from '../arguments';
import { findBlockMistakes } from '../rules/block-rules';
import { refuse } from './method';

/** Longer texts are cut by Slack (spec: slack.md Appendix A). */
const TEXT_CHARS = 40_000;
/** Undocumented; what people see in practice. */
const BLOCKS_CHARS = 13_000;
const EVENT_PAYLOAD_CHARS = 8_000;

/** Text, blocks and metadata of a message. */
export interface MessageContent {
  readonly text: string;
  readonly blocks: readonly Json[];
  readonly metadata: Json | undefined;
}

/** Reads what a message is to show, or says why Slack would not. */
export function readContent(given: Arguments): MessageContent | { readonly refusal: Json } {
  const text = given.text('text');
  const blocks = given.json('blocks') ?? [];
  const metadata = given.json('metadata');
  const mistakes = findBlockMistakes(blocks, 'message');
  if (mistakes.length > 0) return { refusal: refuse('invalid_blocks', mistakes) };
  const items = blocks as readonly Json[];
  if (JSON.stringify(items).length > BLOCKS_CHARS) return { refusal: refuse('msg_blocks_too_long') };
  if (text === '' && items.length === 0) return { refusal: refuse('no_text') };
  if (text.length > TEXT_CHARS) return { refusal: refuse('msg_too_long') };
  if (metadata === undefined) return { text, blocks: items, metadata: undefined };
  if (!isObject(metadata) || typeof metadata['event_type'] !== 'string' || !isObject(metadata['event_payload']))
    return { refusal: refuse('invalid_metadata_format') };
  if (JSON.stringify(metadata['event_payload']).length > EVENT_PAYLOAD_CHARS)
    return { refusal: refuse('metadata_too_large') };
  return { text, blocks: items, metadata };
}
