import type { Json } from '../arguments';
import { checkLength, checkText, checkUnique, readList } from './rule-parts';
import type { Complain } from './rule-parts';

const ID_CHARS = 255;
const OPTION_CHARS = 75;
const OPTIONS = 100;
const VALUE_CHARS = { button: 2_000, option: 150 } as const;
const URL_CHARS = 3_000;
const PLACEHOLDER_CHARS = 150;

/** Checks what can be clicked, chosen or typed into. */
export function checkElement(element: Json, where: string, complain: Complain): void {
  const { type, placeholder } = element;
  checkLength(element, 'action_id', ID_CHARS, where, complain);
  if (element['action_id'] === '') complain('must be more than 0 characters', `${where}/action_id`);
  if (placeholder !== undefined)
    checkText(placeholder, `${where}/placeholder`, complain, { most: PLACEHOLDER_CHARS, isPlain: true });
  switch (type) {
    case 'button':
      return checkButton(element, where, complain);
    case 'static_select':
      return checkStaticSelect(element, where, complain);
    case 'external_select':
      if (element['initial_option'] !== undefined)
        checkOption(element['initial_option'], `${where}/initial_option`, complain);
      return;
    case 'plain_text_input':
      return checkLength(element, 'initial_value', 3_000, where, complain);
    default:
      complain(`unsupported type: ${String(type)}`, where);
  }
}

function checkButton(button: Json, where: string, complain: Complain): void {
  checkText(button['text'], `${where}/text`, complain, { most: OPTION_CHARS, isPlain: true });
  checkLength(button, 'value', VALUE_CHARS.button, where, complain);
  checkLength(button, 'url', URL_CHARS, where, complain);
  const { style } = button;
  if (style !== undefined && style !== 'primary' && style !== 'danger')
    complain('must be a valid enum value', `${where}/style`);
}

function checkStaticSelect(select: Json, where: string, complain: Complain): void {
  if (select['options'] === undefined) checkGroups(select['option_groups'], `${where}/option_groups`, complain);
  else checkOptions(select['options'], `${where}/options`, complain);
  const initial = select['initial_option'];
  if (initial === undefined) return;
  checkOption(initial, `${where}/initial_option`, complain);
  const known = optionsOf(select).map(fingerprint);
  if (!known.includes(fingerprint(initial as Json)))
    complain('must be one of the provided options', `${where}/initial_option`);
}

/** Texts and values of the options, whichever way they are given. */
export function optionsOf(select: Json): readonly Json[] {
  const groups = (select['option_groups'] ?? []) as readonly Json[];
  return [select, ...groups].flatMap((group) => (group['options'] ?? []) as readonly Json[]);
}

const fingerprint = (option: Json): string => {
  const { text } = (option['text'] ?? {}) as Json;
  return JSON.stringify([text, option['value']]);
};

/** Checks the groups of a select or of an answer to an option load. */
export function checkGroups(groups: unknown, where: string, complain: Complain, least = 1): void {
  readList(groups, where, complain, { least, most: OPTIONS }).forEach((group, index) => {
    checkText(group['label'], `${where}/${index}/label`, complain, { most: OPTION_CHARS, isPlain: true });
    checkOptions(group['options'], `${where}/${index}/options`, complain);
  });
}

/** Checks the options of a select or of an answer to an option load. */
export function checkOptions(options: unknown, where: string, complain: Complain, least = 1): void {
  const items = readList(options, where, complain, { least, most: OPTIONS });
  items.forEach((option, index) => checkOption(option, `${where}/${index}`, complain));
  checkUnique(items, 'value', where, complain);
}

function checkOption(option: unknown, where: string, complain: Complain): void {
  const { text, value } = (option ?? {}) as Json;
  checkText(text, `${where}/text`, complain, { most: OPTION_CHARS, isPlain: true });
  if (typeof value !== 'string') complain('missing required field: value', where);
  else checkLength(option as Json, 'value', VALUE_CHARS.option, where, complain);
}
