import { isObject } from '../arguments';
import { checkBlocks } from './block-rules';
import { checkLength, checkText } from './rule-parts';
import type { Complain } from './rule-parts';

const LABEL_CHARS = 24;
const METADATA_CHARS = 3_000;
const ID_CHARS = 255;

/** What Slack would refuse a modal for; empty when it takes it (spec: slack.md Appendix A). */
export function findViewMistakes(view: unknown): readonly string[] {
  const mistakes: string[] = [];
  const complain: Complain = (what, where) => void mistakes.push(`[ERROR] ${what} [json-pointer:${where}]`);
  if (!isObject(view)) return ['[ERROR] must be an object [json-pointer:/view]'];
  if (view['type'] !== 'modal') complain('unsupported type', '/view/type');
  checkText(view['title'], '/view/title', complain, { most: LABEL_CHARS, isPlain: true });
  for (const label of ['submit', 'close'] as const) {
    if (view[label] !== undefined)
      checkText(view[label], `/view/${label}`, complain, { most: LABEL_CHARS, isPlain: true });
  }
  checkLength(view, 'private_metadata', METADATA_CHARS, '/view', complain);
  checkLength(view, 'callback_id', ID_CHARS, '/view', complain);
  checkLength(view, 'external_id', ID_CHARS, '/view', complain);
  const { blocks, submit } = view;
  checkBlocks(blocks, 'modal', '/view/blocks', complain);
  const hasInput = Array.isArray(blocks) && blocks.some((block) => isObject(block) && block['type'] === 'input');
  if (hasInput && submit === undefined) complain('missing required field: submit', '/view');
  return mistakes;
}
