import { isObject } from '../arguments';
import type { Json } from '../arguments';
import type { StoredMessage } from '../stored-message';

/** An element, and where it stands. */
export interface FoundElement {
  readonly element: Json;
  readonly blockId: string;
  /** The unfurled link that it belongs to. */
  readonly unfurl?: { readonly url: string; readonly blocks: readonly Json[] };
}

/** What is sought. */
export interface ElementAddress {
  readonly actionId: string;
  readonly blockId?: string | undefined;
}

/** Finds an element of a message, in its own blocks or in what its links were unfurled to. */
export function findElement(message: StoredMessage, address: ElementAddress): FoundElement | undefined {
  const own = findInBlocks(message.blocks, address);
  if (own !== undefined) return own;
  for (const unfurl of message.unfurls) {
    const found = findInBlocks(unfurl.blocks, address);
    if (found !== undefined) return { ...found, unfurl };
  }
  return undefined;
}

/** Finds an element in blocks. */
export function findInBlocks(blocks: readonly Json[], { actionId, blockId }: ElementAddress): FoundElement | undefined {
  for (const block of blocks) {
    const id = String(block['block_id'] ?? '');
    if (blockId !== undefined && blockId !== id) continue;
    const element = elementsOf(block).find((one) => actionIdOf(one) === actionId);
    if (element !== undefined) return { element, blockId: id };
  }
  return undefined;
}

/** What of a block can be clicked. */
export function elementsOf(block: Json): readonly Json[] {
  const { elements, accessory, element } = block;
  const all = [...(Array.isArray(elements) ? (elements as unknown[]) : []), accessory, element];
  return all.filter(isObject).filter(({ type }) => type !== 'image' && type !== 'mrkdwn' && type !== 'plain_text');
}

/** Slack gives elements without an action id one of their own. */
export const actionIdOf = (element: Json): string => String(element['action_id'] ?? element['value'] ?? '');
