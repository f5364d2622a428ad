import { chatMethods } from './chat.methods';
import { lookupMethods } from './lookup.methods';
import type { Method } from './method';
import { viewMethods } from './view.methods';

/** The methods of the Web API that exist here, by name. */
export const METHODS: Readonly<Record<string, Method>> = { ...chatMethods, ...viewMethods, ...lookupMethods };
