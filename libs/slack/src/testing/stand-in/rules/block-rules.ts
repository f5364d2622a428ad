import { isObject } from '../arguments';
import type { Json } from '../arguments';
import { checkElement } from './element-rules';
import { checkLength, checkText, checkUnique, readList } from './rule-parts';
import type { Complain } from './rule-parts';

/** Slack's limits (spec: slack.md Appendix A). */
const BLOCKS = { message: 50, modal: 100 } as const;
const TEXT_CHARS = 3_000;
const FIELD_CHARS = 2_000;
const ID_CHARS = 255;
const ACTION_ELEMENTS = 25;
const CONTEXT_ELEMENTS = 10;
const HEADER_CHARS = 150;
const MISTAKES_SHOWN = 20;

/** Where blocks stand. */
export type Surface = keyof typeof BLOCKS;

/** What Slack would refuse blocks for, in the words of its `response_metadata`; empty when it takes them. */
export function findBlockMistakes(blocks: unknown, surface: Surface): readonly string[] {
  const mistakes: string[] = [];
  const complain: Complain = (what, where) =>
    void (mistakes.length < MISTAKES_SHOWN && mistakes.push(`[ERROR] ${what} [json-pointer:${where}]`));
  checkBlocks(blocks, surface, '/blocks', complain);
  return mistakes;
}

/** The same, with the place in a view. */
export function checkBlocks(blocks: unknown, surface: Surface, where: string, complain: Complain): void {
  const items = readList(blocks, where, complain, { least: 0, most: BLOCKS[surface] });
  items.forEach((block, index) => checkBlock(block, surface, `${where}/${index}`, complain));
  checkUnique(items, 'block_id', where, complain);
}

function checkBlock(block: Json, surface: Surface, where: string, complain: Complain): void {
  checkLength(block, 'block_id', ID_CHARS, where, complain);
  switch (block['type']) {
    case 'divider':
      return;
    case 'section':
      return checkSection(block, where, complain);
    case 'context':
      return readList(block['elements'], `${where}/elements`, complain, { most: CONTEXT_ELEMENTS }).forEach(
        (element, index) => checkContextElement(element, `${where}/elements/${index}`, complain),
      );
    case 'actions':
      return checkActions(block, where, complain);
    case 'image':
      return checkImage(block, where, complain);
    case 'header':
      return checkText(block['text'], `${where}/text`, complain, { most: HEADER_CHARS, isPlain: true });
    case 'input':
      if (surface === 'modal') return checkInput(block, where, complain);
  }
  complain(`unsupported type: ${String(block['type'])}`, `${where}/type`);
}

function checkSection(block: Json, where: string, complain: Complain): void {
  const { text, fields, accessory } = block;
  if (text === undefined && fields === undefined) complain('missing required field: text or fields', where);
  if (text !== undefined) checkText(text, `${where}/text`, complain, { most: TEXT_CHARS });
  if (fields !== undefined)
    readList(fields, `${where}/fields`, complain, { most: 10 }).forEach((field, index) =>
      checkText(field, `${where}/fields/${index}`, complain, { most: FIELD_CHARS }),
    );
  if (accessory === undefined) return;
  if (!isObject(accessory)) complain('must be an element', `${where}/accessory`);
  else if (accessory['type'] === 'image') checkImage(accessory, `${where}/accessory`, complain);
  else checkElement(accessory, `${where}/accessory`, complain);
}

function checkContextElement(element: Json, where: string, complain: Complain): void {
  if (element['type'] === 'image') checkImage(element, where, complain);
  else checkText(element, where, complain, { most: TEXT_CHARS });
}

function checkActions(block: Json, where: string, complain: Complain): void {
  const elements = readList(block['elements'], `${where}/elements`, complain, { most: ACTION_ELEMENTS });
  elements.forEach((element, index) => checkElement(element, `${where}/elements/${index}`, complain));
  checkUnique(elements, 'action_id', where, complain);
}

function checkImage(image: Json, where: string, complain: Complain): void {
  for (const name of ['image_url', 'alt_text']) {
    if (typeof image[name] !== 'string' || image[name] === '') complain(`missing required field: ${name}`, where);
    checkLength(image, name, name === 'alt_text' ? FIELD_CHARS : TEXT_CHARS, where, complain);
  }
}

function checkInput(block: Json, where: string, complain: Complain): void {
  checkText(block['label'], `${where}/label`, complain, { most: FIELD_CHARS, isPlain: true });
  const { element } = block;
  if (isObject(element)) checkElement(element, `${where}/element`, complain);
  else complain('missing required field: element', where);
}
